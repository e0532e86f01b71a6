package io.felucca.shell.build;

import io.felucca.CsvFields;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.images.Layers.Archive;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import io.felucca.shell.user.UserTree;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/**
 * Where the files of a built image go, besides the image store: {@code --output PATH}, {@code --output -}, and
 * {@code --output type=local|tar,dest=PATH}, in the words of Docker's BuildKit command.
 *
 * @param type {@code local} or {@code tar}; empty for nowhere
 */
record BuildOutputs(String type, String destination) {

    private static final String STREAM = "-";
    private static final BuildOutputs NONE = new BuildOutputs("", "");

    static BuildOutputs read(List<String> words, ClientSession user) {
        if (words.isEmpty()) {
            return NONE;
        } else if (words.size() > 1) {
            throw new CommandFailure(1, "multiple outputs currently unsupported");
        }
        BuildOutputs outputs = read(words.get(0));
        if (outputs.isStream() && user.isTerminal(Stream.OUT)) {
            throw new CommandFailure(1, "refusing to write output to console");
        }
        return outputs;
    }

    private static BuildOutputs read(String word) {
        List<String> fields = CsvFields.of(word);
        if (fields.size() == 1 && word.indexOf('=') < 0) {
            return new BuildOutputs(word.equals(STREAM) ? "tar" : "local", word);
        }
        String type = "";
        String destination = "";
        for (String field : fields) {
            int equals = field.indexOf('=');
            String key = equals < 0 ? "" : field.substring(0, equals).toLowerCase(Locale.ROOT);
            String value = field.substring(equals + 1);
            switch (key) {
                case "" -> throw new CommandFailure(1, "invalid value " + field);
                case "type" -> type = value;
                case "dest" -> destination = value;
                default -> throw new CommandFailure(1, "unexpected key '" + key + "' in '" + field + "'");
            }
        }
        if (type.isEmpty()) {
            throw new CommandFailure(1, "type is required for output");
        } else if (!type.equals("local") && !type.equals("tar")) {
            throw new CommandFailure(
                    1,
                    "output type " + type + " is not supported by this version of felucca:"
                            + " use local or tar, or -t and then felucca push or felucca save");
        } else if (destination.isEmpty() || type.equals("local") && destination.equals(STREAM)) {
            throw new CommandFailure(1, "dest is required for " + type + " output");
        }
        return new BuildOutputs(type, destination);
    }

    /** Whether the files go to the standard output, which then shows nothing else. */
    boolean isStream() {
        return destination.equals(STREAM);
    }

    void write(Digest image, Builder builder, ClientSession user) throws IOException {
        if (type.equals("tar")) {
            writeTar(image, builder, user);
        } else if (type.equals("local")) {
            writeFolder(image, builder, user);
        }
    }

    private void writeTar(Digest image, Builder builder, ClientSession user) throws IOException {
        try (Archive files = builder.tree(image)) {
            // A file comes to be when it is closed: one that fails leaves what was there.
            OutputStream target = isStream() ? user.out() : user.openWrite(destination);
            files.writeTo(target);
            target.flush();
            if (!isStream()) {
                target.close();
            } else if (user.out().checkError()) {
                throw new IOException("write -: the standard output was closed");
            }
        }
    }

    private void writeFolder(Digest image, Builder builder, ClientSession user) throws IOException {
        try (UserTree place = user.makeTree(destination)) {
            if (!place.exists()) {
                place.takePlace();
            } else if (!place.isDirectory()) {
                throw new IOException("mkdir " + destination + ": not a directory");
            }
            // The members of "/." are put into the place, or are the place and what is in it.
            try (Archive files = builder.open(image, "/.")) {
                files.writeTo(place.out());
            } catch (FeluccaException e) {
                place.finish(); // it says what stood in the way at the user's side
                throw e;
            }
            place.finish();
        }
    }
}
