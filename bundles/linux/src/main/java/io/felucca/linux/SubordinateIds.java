package io.felucca.linux;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the ranges of ids that {@code --userns-remap} gives to containers: subuid(5), subgid(5). */
public final class SubordinateIds {

    /** Docker's own user for {@code --userns-remap=default}. */
    private static final String DEFAULT_USER = "dockremap";

    private final Path etc;

    /** @param etc the folder of subuid, subgid, passwd and group */
    public SubordinateIds(Path etc) {
        this.etc = etc;
    }

    /**
     * @param remap empty for none, {@code default}, or {@code user[:group]}, names or numbers
     * @throws FeluccaException INVALID with the remedy when there is no range
     */
    public IdMap read(String remap) {
        if (remap == null || remap.isEmpty() || remap.equals("host")) {
            return IdMap.NONE;
        }
        String whole = remap.equals("default") ? DEFAULT_USER : remap;
        int colon = whole.indexOf(':');
        String user = colon < 0 ? whole : whole.substring(0, colon);
        String group = colon < 0 ? user : whole.substring(colon + 1);
        return new IdMap(
                ranges("subuid", names("passwd", user), remap), ranges("subgid", names("group", group), remap));
    }

    /** A name and the number that goes with it: either may stand in subuid. */
    private List<String> names(String file, String name) {
        List<String> names = new ArrayList<>(List.of(name));
        for (String line : lines(etc.resolve(file))) {
            String[] parts = line.split(":", -1);
            if (parts.length > 2 && parts[0].equals(name)) {
                names.add(parts[2]);
            } else if (parts.length > 2 && parts[2].equals(name)) {
                names.add(parts[0]);
            }
        }
        return names;
    }

    private List<IdMap.Range> ranges(String file, List<String> names, String remap) {
        List<IdMap.Range> ranges = new ArrayList<>();
        long inside = 0;
        for (String line : lines(etc.resolve(file))) {
            String[] parts = line.split(":", -1);
            if (parts.length == 3 && names.contains(parts[0]) && (parts[1] + parts[2]).matches("[0-9]{2,19}")) {
                long length = Long.parseLong(parts[2]);
                ranges.add(new IdMap.Range(inside, Long.parseLong(parts[1]), length));
                inside += length;
            }
        }
        if (ranges.isEmpty()) {
            throw FeluccaException.invalid("userns-remap " + remap + ": /etc/" + file + " has no range for "
                    + names.get(0) + ": add a line such as " + names.get(0) + ":100000:65536");
        }
        return ranges;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
