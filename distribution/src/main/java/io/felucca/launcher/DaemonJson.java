package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --config-file}: dockerd's daemon.json. What is wrong with it is said in dockerd's words. */
final class DaemonJson {

    private DaemonJson() {}

    /**
     * Adds what the file says to what the flags say.
     *
     * @throws LaunchException for a file that cannot be read, an unknown key, or a key that is a flag too
     */
    static Map<Option, List<String>> merge(Path file, Map<Option, List<String>> flags) {
        Map<String, Object> members = read(file);
        List<String> unknown = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> twice = new ArrayList<>();
        Map<Option, List<String>> merged = new EnumMap<>(Option.class);
        merged.putAll(flags);
        members.forEach((key, value) -> {
            Option option = Option.ofKey(key).orElse(null);
            if (option == null) {
                FixedKey.of(key)
                        .ifPresentOrElse(
                                fixed -> {
                                    if (!fixed.holds(value)) {
                                        refused.add(key + " (" + fixed.reason + ")");
                                    }
                                },
                                () -> unknown.add(key));
                return;
            }
            if (value == null) {
                return; // As Go reads it: nothing is given.
            }
            List<String> values = switch (option) {
                case DEFAULT_ULIMIT -> ulimits(file, value);
                case LOG_OPT -> pairs(file, value);
                case ADD_RUNTIME -> runtimes(file, value);
                case DEFAULT_ADDRESS_POOL -> pools(file, value);
                default -> values(file, option, value);
            };
            List<String> flag = flags.get(option);
            if (flag == null) {
                merged.put(option, values);
            } else {
                twice.add(key + ": (from flag: " + shown(option, flag) + ", from file: " + shown(option, values) + ")");
            }
        });
        if (!unknown.isEmpty()) {
            throw wrong(
                    file,
                    "the following directives don't match any configuration option: " + String.join(", ", unknown));
        }
        if (!refused.isEmpty()) {
            throw wrong(file, "the following directives cannot have that value here: " + String.join(", ", refused));
        }
        if (!twice.isEmpty()) {
            throw wrong(
                    file,
                    "the following directives are specified both as a flag and in the configuration file: "
                            + String.join(", ", twice));
        }
        return merged;
    }

    private static Map<String, Object> read(Path file) {
        try {
            String text = Files.readString(file);
            if (text.isBlank()) {
                return Map.of();
            }
            return members(file, Json.parse(text));
        } catch (NoSuchFileException e) {
            throw wrong(file, "open " + file + ": no such file or directory");
        } catch (AccessDeniedException e) {
            throw wrong(file, "open " + file + ": permission denied");
        } catch (IOException e) {
            throw wrong(file, "read " + file + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw wrong(file, e.getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Path file, Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw wrong(file, "json: cannot unmarshal " + kind(value) + " into Go value of type config.Config");
    }

    private static List<String> values(Path file, Option option, Object value) {
        boolean fits = switch (option.form) {
            case TEXT -> value instanceof String;
            case NUMBER -> value instanceof Long number && number == number.intValue();
            case LIST -> value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
            case SWITCH -> value instanceof Boolean;
        };
        if (!fits) {
            String type = switch (option.form) {
                case TEXT -> "string";
                case NUMBER -> "int";
                case LIST -> "[]string";
                case SWITCH -> "bool";
            };
            throw wrong(
                    file,
                    "json: cannot unmarshal " + kind(value) + " into Go struct field Config." + option.key + " of type "
                            + type);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).toList();
        }
        return List.of(value.toString());
    }

    /** {@code {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}} becomes {@code nofile=1:2}. */
    private static List<String> ulimits(Path file, Object value) {
        List<String> limits = new ArrayList<>();
        members(file, value).forEach((name, limit) -> {
            Map<String, Object> fields = members(file, limit);
            Object soft = fields.getOrDefault("Soft", fields.get("Hard"));
            Object hard = fields.getOrDefault("Hard", soft);
            if (!(soft instanceof Long) || !(hard instanceof Long)) {
                throw wrong(file, "default-ulimits: " + name + " needs numbers as Soft and Hard");
            }
            limits.add(name + "=" + soft + ":" + hard);
        });
        return limits;
    }

    /** {@code {"max-size": "10m"}} becomes {@code max-size=10m}. */
    private static List<String> pairs(Path file, Object value) {
        List<String> pairs = new ArrayList<>();
        members(file, value).forEach((name, text) -> {
            if (!(text instanceof String)) {
                throw wrong(
                        file,
                        "json: cannot unmarshal " + kind(text)
                                + " into Go struct field Config.log-opts of type string");
            }
            pairs.add(name + "=" + text);
        });
        return pairs;
    }

    /** {@code {"x": {"path": "/bin/x", "runtimeArgs": ["--debug"]}}} becomes {@code x=/bin/x --debug}. */
    private static List<String> runtimes(Path file, Object value) {
        List<String> runtimes = new ArrayList<>();
        members(file, value).forEach((name, runtime) -> {
            StringBuilder text = new StringBuilder(name).append('=');
            Map<String, Object> fields = members(file, runtime);
            text.append(fields.get("path") instanceof String path ? path : "");
            fields.forEach((field, given) -> {
                boolean nothing = given == null
                        || given.equals("")
                        || given instanceof List<?> list && list.isEmpty()
                        || given instanceof Map<?, ?> map && map.isEmpty();
                if (field.equals("runtimeArgs") && given instanceof List<?> arguments) {
                    arguments.forEach(argument -> text.append(' ').append(argument));
                    nothing = arguments.stream()
                            .allMatch(argument -> argument instanceof String word && !word.contains(" "));
                }
                if (!field.equals("path") && !nothing) {
                    throw wrong(
                            file,
                            "runtimes: " + name + " cannot have " + field + " " + given
                                    + " here; there are path and runtimeArgs, words without spaces");
                }
            });
            runtimes.add(text.toString());
        });
        return runtimes;
    }

    /** {@code [{"base": "10.0.0.0/8", "size": 24}]} becomes {@code base=10.0.0.0/8,size=24}. */
    private static List<String> pools(Path file, Object value) {
        if (!(value instanceof List<?> list)) {
            throw wrong(
                    file,
                    "json: cannot unmarshal " + kind(value)
                            + " into Go struct field Config.default-address-pools of type []*ipamutils.NetworkToSplit");
        }
        List<String> pools = new ArrayList<>();
        for (Object each : list) {
            Map<String, Object> fields = members(file, each);
            if (!(fields.get("base") instanceof String base) || !(fields.get("size") instanceof Long size)) {
                throw wrong(file, "default-address-pools: each needs a base and a size");
            }
            pools.add("base=" + base + ",size=" + size);
        }
        return pools;
    }

    private static String shown(Option option, List<String> values) {
        return option.form == Option.Form.LIST ? "[" + String.join(" ", values) + "]" : values.get(0);
    }

    private static String kind(Object value) {
        if (value == null) {
            return "null";
        }
        return value instanceof Map
                ? "object"
                : value instanceof List
                        ? "array"
                        : value instanceof String ? "string" : value instanceof Boolean ? "bool" : "number";
    }

    private static LaunchException wrong(Path file, String what) {
        return new LaunchException("unable to configure the Felucca engine with file " + file + ": " + what);
    }
}
