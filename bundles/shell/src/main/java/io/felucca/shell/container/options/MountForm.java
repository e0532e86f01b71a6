package io.felucca.shell.container.options;

import io.felucca.CsvFields;
import io.felucca.containers.MountSpec;
import io.felucca.shell.command.Values;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --mount type=volume,source=data,target=/data}: fields of a line of comma-separated values, in Docker's words. */
final class MountForm implements ITypeConverter<MountSpec> {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    @Override
    public MountSpec convert(String text) {
        Reading reading = new Reading();
        for (String field : CsvFields.of(text)) {
            reading.read(field);
        }
        return reading.result();
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException(text);
    }

    private static final class Reading {
        private String type = "volume";
        private String source = "";
        private String target = "";
        private boolean readOnly;
        private String consistency = "";

        private boolean bind;
        private String propagation = "";
        private boolean nonRecursive;
        private boolean writableBelow;
        private boolean readOnlyBelow;

        private boolean volume;
        private boolean noCopy;
        private String subpath = "";
        private String driver = "";
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final Map<String, String> options = new LinkedHashMap<>();

        private boolean tmpfs;
        private long tmpfsBytes;
        private int tmpfsMode;

        void read(String field) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (equals < 0) {
                readFlag(field, key);
                return;
            }
            String value = field.substring(equals + 1);
            bind |= key.startsWith("bind-");
            volume |= key.startsWith("volume-");
            tmpfs |= key.startsWith("tmpfs-");
            switch (key) {
                case "type" -> type = value.toLowerCase(Locale.ROOT);
                case "source", "src" -> source = value;
                case "target", "dst", "destination" -> target = value;
                case "readonly", "ro" -> readOnly = flag(key, value);
                case "consistency" -> consistency = value.toLowerCase(Locale.ROOT);
                case "bind-propagation" -> propagation = value.toLowerCase(Locale.ROOT);
                case "bind-nonrecursive" -> nonRecursive = flag(key, value);
                case "bind-recursive" -> recursive(key, value);
                case "volume-subpath" -> subpath = value;
                case "volume-nocopy" -> noCopy = flag(key, value);
                case "volume-label" -> put(labels, value);
                case "volume-driver" -> driver = value;
                case "volume-opt" -> put(options, value);
                case "tmpfs-size" -> tmpfsBytes = bytes(key, value);
                case "tmpfs-mode" -> tmpfsMode = mode(key, value);
                default -> throw wrong("unexpected key '" + key + "' in '" + field + "'");
            }
        }

        private void readFlag(String field, String key) {
            switch (key) {
                case "readonly", "ro" -> readOnly = true;
                case "volume-nocopy" -> {
                    volume = true;
                    noCopy = true;
                }
                case "bind-nonrecursive" -> {
                    bind = true;
                    nonRecursive = true;
                }
                default -> throw wrong("invalid field '" + field + "' must be a key=value pair");
            }
        }

        private static boolean flag(String key, String value) {
            if (TRUE.contains(value)) {
                return true;
            } else if (FALSE.contains(value)) {
                return false;
            }
            throw wrong("invalid value for " + key + ": " + value);
        }

        private void recursive(String key, String value) {
            switch (value) {
                case "enabled" -> nonRecursive = false;
                case "disabled" -> nonRecursive = true;
                case "writable" -> writableBelow = true;
                case "readonly" -> readOnlyBelow = true;
                default ->
                    throw wrong("invalid value for " + key + ": " + value
                            + " (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
            }
        }

        private static void put(Map<String, String> map, String pair) {
            int equals = pair.indexOf('=');
            map.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }

        private static long bytes(String key, String value) {
            try {
                return Values.bytes(value);
            } catch (TypeConversionException e) {
                throw wrong("invalid value for " + key + ": " + value);
            }
        }

        private static int mode(String key, String value) {
            try {
                return Integer.parseUnsignedInt(value, 8);
            } catch (NumberFormatException e) {
                throw wrong("invalid value for " + key + ": " + value);
            }
        }

        MountSpec result() {
            if (type.isEmpty()) {
                throw wrong("type is required");
            }
            if (target.isEmpty()) {
                throw wrong("target is required");
            }
            refuseMixed(volume, "volume");
            refuseMixed(bind, "bind");
            refuseMixed(tmpfs, "tmpfs");
            if (writableBelow && !readOnly) {
                throw wrong("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
            }
            if (readOnlyBelow && !readOnly) {
                throw wrong("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
            }
            if (readOnlyBelow && !propagation.equals("rprivate")) {
                throw wrong("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified"
                        + " in conjunction");
            }
            return new MountSpec(
                    type,
                    source,
                    target,
                    readOnly,
                    consistency,
                    bind ? new MountSpec.Bind(propagation, nonRecursive, false, writableBelow, readOnlyBelow) : null,
                    volume ? new MountSpec.Volume(noCopy, labels, subpath, driver, options) : null,
                    tmpfs ? new MountSpec.Tmpfs(tmpfsBytes, tmpfsMode, null) : null);
        }

        private void refuseMixed(boolean given, String kind) {
            if (given && !type.equals(kind)) {
                throw wrong("cannot mix '" + kind + "-*' options with mount type '" + type + "'");
            }
        }
    }
}
