package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Docker's filters of {@code volume ls} and {@code volume prune}, with the texts of dockerd 20.10. */
final class VolumeFilters {

    private VolumeFilters() {}

    /**
     * @param used tells whether a container names the volume
     * @throws FeluccaException INVALID for an unknown filter or value
     */
    static Predicate<VolumeRecord> ofList(Map<String, List<String>> asked, Predicate<String> used) {
        Predicate<VolumeRecord> all = record -> true;
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            List<Predicate<VolumeRecord>> any = new ArrayList<>();
            for (String value : filter.getValue()) {
                any.add(
                        switch (filter.getKey()) {
                            case "name" -> name(value);
                            case "driver" -> record -> record.driver().equals(value);
                            case "label" -> label(value);
                            case "dangling" -> dangling(value, used);
                            default -> throw unknown(filter.getKey());
                        });
            }
            // Labels must all be there; of other filters one value suffices.
            boolean every = filter.getKey().equals("label");
            all = all.and(record -> every
                    ? any.stream().allMatch(test -> test.test(record))
                    : any.stream().anyMatch(test -> test.test(record)));
        }
        return all;
    }

    /** Anonymous volumes, unless {@code all} is asked for. */
    static Predicate<VolumeRecord> ofPrune(Map<String, List<String>> asked) {
        boolean everything = false;
        Predicate<VolumeRecord> matches = record -> true;
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            for (String value : filter.getValue()) {
                switch (filter.getKey()) {
                    case "all" -> everything = flag("all", value);
                    case "label" -> matches = matches.and(label(value));
                    case "label!" -> matches = matches.and(label(value).negate());
                    default -> throw unknown(filter.getKey());
                }
            }
        }
        boolean named = everything;
        return matches.and(record -> named || record.volume().isAnonymous());
    }

    private static FeluccaException unknown(String name) {
        return FeluccaException.invalid("Invalid filter '" + name + "'");
    }

    private static boolean flag(String name, String value) {
        if (Set.of("1", "true", "True", "TRUE", "t", "T").contains(value)) {
            return true;
        }
        if (Set.of("0", "false", "False", "FALSE", "f", "F").contains(value)) {
            return false;
        }
        throw FeluccaException.invalid("Invalid filter '" + name + "=[" + value + "]'");
    }

    private static Predicate<VolumeRecord> dangling(String value, Predicate<String> used) {
        boolean wanted = flag("dangling", value);
        return record -> used.test(record.name()) != wanted;
    }

    private static Predicate<VolumeRecord> name(String value) {
        try {
            Pattern pattern = Pattern.compile(value);
            return record -> pattern.matcher(record.name()).find();
        } catch (PatternSyntaxException e) {
            return record -> record.name().contains(value);
        }
    }

    private static Predicate<VolumeRecord> label(String value) {
        int equals = value.indexOf('=');
        String key = equals < 0 ? value : value.substring(0, equals);
        return record -> {
            String has = record.labels().get(key);
            return has != null && (equals < 0 || has.equals(value.substring(equals + 1)));
        };
    }
}
