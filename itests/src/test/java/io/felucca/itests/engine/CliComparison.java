package io.felucca.itests.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.assertj.core.api.SoftAssertions;

/**
 * The same words of each docker command that the machine has to dockerd 20.10 and to an engine: the same output, exit
 * codes and errors, after masking.
 */
public final class CliComparison {

    /** The newest API that the command and the engine both speak. */
    public static final String NEWEST = "";

    /** What is done with the program of one line before it is run. */
    public interface Step extends BiFunction<Program, String, Result> {}

    private final EngineUnderTest engine;
    private final DockerDaemon daemon;
    private final Map<String, String> allowed;

    /** @param allowed by the line: what this engine's answer begins with instead, after masking */
    public CliComparison(EngineUnderTest engine, DockerDaemon daemon, Map<String, String> allowed) {
        this.engine = engine;
        this.daemon = daemon;
        this.allowed = allowed;
    }

    /** A line is a command; the script leaves nothing, for it is run again by each command. */
    public void compare(String script) {
        compare(script, (program, line) -> program.run());
    }

    public void compare(String script, Step step) {
        compare(script, step, DockerCommands.FIRST, List.of("1.41", NEWEST));
        DockerCommands.others().forEach(command -> compare(script, step, command, List.of("1.41")));
    }

    /** The same once for each engine, where what a command leaves adds up, such as events. */
    public void compareOnce(String script) {
        compare(script, (program, line) -> program.run(), DockerCommands.FIRST, List.of("1.41"));
    }

    private void compare(String script, Step step, String command, List<String> versions) {
        List<String> lines = script.strip().lines().map(String::strip).toList();
        List<String> theirs = new ArrayList<>();
        for (String line : lines) {
            theirs.add(told(line, step.apply(daemon.client(command, words(line)), line)));
        }
        SoftAssertions all = new SoftAssertions();
        for (String version : versions) {
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                String ours = told(line, step.apply(engine.client(command, version, words(line)), line));
                var check = all.assertThat(ours).as("API %s: %s %s", version, command, line);
                if (allowed.containsKey(line)) {
                    check.startsWith(allowed.get(line));
                } else {
                    check.isEqualTo(theirs.get(i));
                }
            }
        }
        all.assertAll();
    }

    private static String told(String line, Result result) {
        if (line.startsWith("export ") || (line.startsWith("cp ") && line.endsWith(" -"))) {
            // Which of tar's formats is written is the engine's own; what is in the archive is not.
            byte[] members = members(result).getBytes(StandardCharsets.UTF_8);
            return Masks.told(new Result(result.words(), result.exit(), members, result.errBytes()));
        }
        return Masks.told(line, result);
    }

    private static String members(Result archive) {
        StringBuilder members = new StringBuilder();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive.outBytes()))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                members.append("%s %o %d %d %d %s\n"
                        .formatted(
                                entry.getName(),
                                entry.getMode() & 07777,
                                entry.getLongUserId(),
                                entry.getLongGroupId(),
                                entry.getSize(),
                                entry.getLinkName()));
            }
            return members.toString().lines().sorted().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Blanks part words; within single quotes they do not. */
    public static String[] words(String line) {
        List<String> words = new ArrayList<>();
        String[] parts = line.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1) {
                words.add(parts[i]);
            } else if (!parts[i].isBlank()) {
                words.addAll(List.of(parts[i].strip().split(" +")));
            }
        }
        return words.toArray(String[]::new);
    }
}
