package io.felucca.shell.build;

import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Context;
import io.felucca.builder.Builder.Selection;
import io.felucca.git.GitReference;
import io.felucca.images.Layers;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.UserTree;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The context of a build at the user's side, which counts what is sent of it. */
final class UserContext implements Context {

    /** As much of standard input as is looked at to tell an archive from a Dockerfile. */
    private static final int HEAD_BYTES = 256 << 10;

    private static final int MAX_DOCKERFILE_BYTES = 4 << 20;

    private interface Source {
        InputStream open(Selection wanted) throws IOException;
    }

    private final Source source;
    private final boolean chooses;
    private final String dockerfile;
    private final String url;
    private final AtomicLong bytes = new AtomicLong();

    private UserContext(Source source, boolean chooses, String dockerfile) {
        this(source, chooses, dockerfile, "");
    }

    private UserContext(Source source, boolean chooses, String dockerfile, String url) {
        this.source = source;
        this.chooses = chooses;
        this.dockerfile = dockerfile;
        this.url = url;
    }

    /** What a word names: a folder, or else, as to Docker's command, what the engine fetches from a URL. */
    static UserContext of(String word, ClientSession user) throws IOException {
        boolean isUrl = word.matches("(?i)https?://.*");
        if (isUrl || GitReference.isGit(word) && !isThere(word, user)) {
            return new UserContext(Context.remote(word)::open, false, "", word);
        }
        return new UserContext(wanted -> tree(word, user, wanted), true, "");
    }

    /** {@code github.com/x/y} may be a folder. */
    private static boolean isThere(String path, ClientSession user) throws IOException {
        try (UserTree tree = user.openTree(path, true)) {
            return tree.exists();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).endsWith("no such file or directory")) {
                return false;
            }
            throw e;
        }
    }

    private static InputStream tree(String path, ClientSession user, Selection wanted) throws IOException {
        UserTree tree;
        try {
            tree = user.openTree(path, true);
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).endsWith("no such file or directory")) {
                throw e;
            }
            throw new CommandFailure(1, "unable to prepare context: path \"" + path + "\" not found", e);
        }
        if (!tree.isDirectory()) {
            tree.close();
            throw new CommandFailure(1, "unable to prepare context: context must be a directory: " + path);
        }
        tree.rename(".");
        tree.select(wanted.only(), wanted.ignored());
        return new FilterInputStream(tree.in()) {
            @Override
            public void close() throws IOException {
                tree.close();
            }
        };
    }

    /** Standard input: an archive, compressed or not, or a Dockerfile, which is then built without a context. */
    static UserContext standardInput(InputStream in, Layers layers) throws IOException {
        byte[] head = in.readNBytes(HEAD_BYTES);
        if (head.length == 0) {
            throw new CommandFailure(
                    1, "unable to prepare context: failed to peek context header from STDIN: unexpected EOF");
        }
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
        if (layers.isArchive(new ByteArrayInputStream(head))) {
            return new UserContext(Context.of(whole)::open, false, "");
        }
        return new UserContext(Context.empty()::open, false, text(whole));
    }

    /** A Dockerfile, read whole. @throws FeluccaException INVALID for one that is too long */
    static String text(InputStream in) throws IOException {
        byte[] read = in.readNBytes(MAX_DOCKERFILE_BYTES + 1);
        if (read.length > MAX_DOCKERFILE_BYTES) {
            throw FeluccaException.invalid("the Dockerfile is longer than " + MAX_DOCKERFILE_BYTES + " bytes");
        }
        return new String(read, StandardCharsets.UTF_8);
    }

    /** The Dockerfile that came in the place of a context; else empty. */
    String dockerfile() {
        return dockerfile;
    }

    /** What was read of it until now; -1 for one that is not read here. */
    long bytes() {
        return url.isEmpty() ? bytes.get() : -1;
    }

    @Override
    public String remote() {
        return url;
    }

    @Override
    public boolean chooses() {
        return chooses;
    }

    @Override
    public InputStream open(Selection wanted) throws IOException {
        return new FilterInputStream(source.open(wanted)) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                bytes.addAndGet(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                bytes.addAndGet(Math.max(0, read));
                return read;
            }
        };
    }
}
