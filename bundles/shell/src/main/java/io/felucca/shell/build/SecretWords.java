package io.felucca.shell.build;

import io.felucca.CsvFields;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code --secret id=NAME,src=FILE} and {@code --secret id=NAME,env=VARIABLE}. */
final class SecretWords {

    /** As BuildKit's. */
    private static final int MAX_BYTES = 500 << 10;

    private SecretWords() {}

    /** The secrets by id. */
    static Map<String, byte[]> read(List<String> words, ClientSession user) throws IOException {
        Map<String, byte[]> secrets = new LinkedHashMap<>();
        for (String word : words) {
            Fields fields = new Fields();
            for (String field : CsvFields.of(word)) {
                fields.take(field);
            }
            secrets.put(fields.id(word), fields.content(user));
        }
        return secrets;
    }

    private static final class Fields {

        private String id = "";
        private String file = "";
        private String variable = "";
        private boolean fromVariable;

        void take(String field) {
            int equals = field.indexOf('=');
            String value = field.substring(equals + 1);
            switch (equals < 0 ? "" : field.substring(0, equals).toLowerCase(Locale.ROOT)) {
                case "id" -> id = value;
                case "src", "source" -> file = value;
                case "env" -> variable = value;
                case "type" -> {
                    if (!value.equals("file") && !value.equals("env")) {
                        throw new CommandFailure(1, "unsupported secret type \"" + value + "\"");
                    }
                    fromVariable = value.equals("env");
                }
                default ->
                    throw new CommandFailure(
                            1,
                            equals < 0
                                    ? "invalid field '" + field + "' must be a key=value pair"
                                    : "unexpected key '" + field.substring(0, equals) + "' in '" + field + "'");
            }
        }

        String id(String word) {
            if (id.isEmpty() || !file.isEmpty() && !variable.isEmpty()) {
                throw new CommandFailure(
                        1, "invalid secret \"" + word + "\": give id=NAME, and one of src=FILE and env=VARIABLE");
            }
            return id;
        }

        /** A secret without a source is the variable of its id, else the file, as with BuildKit. */
        byte[] content(ClientSession user) throws IOException {
            if (fromVariable && variable.isEmpty()) {
                variable = file;
                file = "";
            }
            if (!file.isEmpty()) {
                return file(file, user);
            }
            String name = variable.isEmpty() ? id : variable;
            Optional<String> value = user.variable(name);
            if (value.isEmpty() && variable.isEmpty() && !fromVariable) {
                return file(id, user);
            }
            return value.orElseThrow(() -> new CommandFailure(
                            1, "the variable " + name + " of the secret " + id + " is not set: export it first"))
                    .getBytes(StandardCharsets.UTF_8);
        }

        private byte[] file(String path, ClientSession user) throws IOException {
            try (InputStream in = user.openRead(path)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new CommandFailure(
                            1, "the secret " + id + " in " + path + " is longer than " + MAX_BYTES + " bytes");
                }
                return bytes;
            } catch (IOException e) {
                throw new CommandFailure(1, "cannot read the secret " + id + ": " + e.getMessage(), e);
            }
        }
    }
}
