package io.felucca.dockerfile;

import io.felucca.ByteSize;
import io.felucca.CsvFields;
import io.felucca.FeluccaException;
import java.util.List;
import java.util.Locale;

/**
 * A mount of RUN, what {@code --mount} says.
 *
 * @param from a stage or an image; empty for the context
 * @param source a path in that; empty for all of it
 * @param target absolute, or against the working directory; empty for the default one of a secret
 * @param id of a cache, a secret or an agent; empty for the default
 * @param mode permission bits; -1 for the default
 * @param sizeBytes of a tmpfs; 0 for no limit
 * @param variable of the environment that a secret is put into; empty for a file alone
 */
public record RunMount(
        Type type,
        String from,
        String source,
        String target,
        boolean readOnly,
        String id,
        Sharing sharing,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        boolean required,
        String variable) {

    /** What is mounted. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH
    }

    /** How steps that run at the same time use a cache. */
    public enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }

    /** @throws FeluccaException INVALID with BuildKit's text */
    public static RunMount parse(String text) {
        Reader reader = new Reader();
        for (String field : CsvFields.of(text)) {
            reader.take(field);
        }
        return reader.mount();
    }

    private static final class Reader {

        private Type type = Type.BIND;
        private String from = "";
        private String source = "";
        private String target = "";
        private Boolean readOnly;
        private String id = "";
        private Sharing sharing = Sharing.SHARED;
        private int mode = -1;
        private int uid;
        private int gid;
        private long sizeBytes;
        private boolean required;
        private String variable = "";

        void take(String field) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "true" : field.substring(equals + 1);
            if (equals < 0
                    && !List.of("readonly", "ro", "readwrite", "rw", "required").contains(key)) {
                throw FeluccaException.invalid("invalid field '" + field + "' must be a key=value pair");
            }
            switch (key) {
                case "type" -> type = constant(Type.class, value, "unsupported mount type \"" + value + "\"");
                case "from" -> from = value;
                case "source", "src" -> source = value;
                case "target", "dst", "destination" -> target = value;
                case "readonly", "ro" -> readOnly = truth(key, value);
                case "readwrite", "rw" -> readOnly = !truth(key, value);
                case "required" -> required = truth(key, value);
                case "id" -> id = value;
                case "sharing" ->
                    sharing = constant(Sharing.class, value, "unsupported sharing value \"" + value + "\"");
                case "mode" -> mode = number(key, value, 8);
                case "uid" -> uid = number(key, value, 10);
                case "gid" -> gid = number(key, value, 10);
                case "size" -> sizeBytes = ByteSize.parse(value);
                case "env" -> variable = value;
                default -> throw FeluccaException.invalid("unexpected key '" + key + "' in '" + field + "'");
            }
        }

        private static <E extends Enum<E>> E constant(Class<E> constants, String value, String wrong) {
            for (E each : constants.getEnumConstants()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return each;
                }
            }
            throw FeluccaException.invalid(wrong);
        }

        private static boolean truth(String key, String value) {
            if (!List.of("true", "false", "1", "0").contains(value)) {
                throw FeluccaException.invalid("invalid value for " + key + ": " + value);
            }
            return value.equals("true") || value.equals("1");
        }

        private static int number(String key, String value, int base) {
            try {
                return Integer.parseUnsignedInt(value, base);
            } catch (NumberFormatException e) {
                throw new FeluccaException(FeluccaException.Kind.INVALID, "invalid value " + value + " for " + key, e);
            }
        }

        RunMount mount() {
            if (target.isEmpty() && type != Type.SECRET && type != Type.SSH) {
                throw FeluccaException.invalid("target is required");
            }
            if (type != Type.TMPFS && sizeBytes != 0) {
                throw FeluccaException.invalid("size is only allowed for mount type tmpfs");
            }
            boolean fixed = readOnly == null ? type == Type.BIND || type == Type.SECRET : readOnly;
            return new RunMount(
                    type, from, source, target, fixed, id, sharing, mode, uid, gid, sizeBytes, required, variable);
        }
    }
}
