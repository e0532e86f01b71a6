package io.felucca.builder;

import io.felucca.Digest;
import io.felucca.containers.HostConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Layers.Archive;
import io.felucca.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes images of Dockerfiles. A build that fails, is given up or is cut by a crash leaves no folder, layer or container
 * behind, but for the container of a RUN that failed, which stays to be looked at as Docker's does. Thread-safe.
 */
@ProviderType
public interface Builder {

    /**
     * Builds.
     *
     * @param context opened and read on the caller's thread
     * @throws io.felucca.FeluccaException INVALID with Docker's text for what is wrong with the request or the Dockerfile;
     *     before the first call of {@code output} nothing has been made
     * @throws IOException the context's, as it was thrown
     */
    Digest build(Request request, Context context, Output output) throws IOException;

    /** Where the files of a build come from. */
    interface Context {

        /**
         * Opens an archive of the files, compressed or not; the builder closes it.
         *
         * @param wanted what the builder needs, where the context can choose; else it gives all
         */
        InputStream open(Selection wanted) throws IOException;

        /** True for a context that can be opened several times, each time with another selection. */
        default boolean chooses() {
            return false;
        }

        /**
         * A URL that the builder fetches the files from, in the place of {@link #open}: a git repository, an archive, or a
         * Dockerfile alone. Empty for none.
         */
        default String remote() {
            return "";
        }

        /** Files that the engine fetches from a URL. */
        static Context remote(String url) {
            return new Context() {
                @Override
                public InputStream open(Selection wanted) throws IOException {
                    return empty().open(wanted);
                }

                @Override
                public String remote() {
                    return url;
                }
            };
        }

        /** An archive that is there; it stays open. */
        static Context of(InputStream archive) {
            return wanted -> new FilterInputStream(archive) {
                @Override
                public void close() {
                    // It is the caller's.
                }
            };
        }

        /** A context without files. */
        static Context empty() {
            return of(new ByteArrayInputStream(new byte[2 * 512]));
        }
    }

    /**
     * A part of a context.
     *
     * @param only paths of files and folders with all below them; empty for all
     * @param ignored the text of a {@code .dockerignore}, which holds for what {@code only} names, too
     */
    record Selection(List<String> only, String ignored) {

        public static final Selection ALL = new Selection(List.of(), "");
    }

    /**
     * Opens all files of an image, to be written as one flat archive. The image stays until the archive is closed.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND when the image has gone
     */
    Archive tree(Digest image);

    /**
     * Opens a file of an image, or a folder with all below it, as {@link io.felucca.images.Layers#open} names its members;
     * otherwise as {@link #tree}.
     */
    Archive open(Digest image, String path);

    /**
     * Forgets steps that were built before; images that are nothing but such steps go.
     *
     * @throws io.felucca.FeluccaException INVALID with Docker's text for a wrong filter
     */
    Pruned prune(Prune what);

    /**
     * What is wanted.
     *
     * @param dockerfile its path in the context; empty for {@code Dockerfile}
     * @param text the Dockerfile itself, where it is not in the context; else empty
     * @param tags references that will name the image
     * @param arguments by name; null for a value that is not given. With SOURCE_DATE_EPOCH the same files and steps make
     *     the same image, as far as the steps' own programs do
     * @param target name or number of the last stage to build; empty for the last one
     * @param noCache whether each step is run
     * @param pull whether images that stages begin with are pulled although they are here
     * @param remove whether the container of a step that succeeded goes
     * @param forceRemove whether that of one that failed goes, too
     * @param labels of the image
     * @param hostConfig of the containers of RUN
     * @param platform empty for this machine's
     * @param cacheFrom names of images whose steps are taken, too; those that are not here are passed over
     * @param squash whether what the last stage adds to its base becomes one layer
     * @param secrets what {@code RUN --mount=type=secret} shows, by id; they come on no disk but that of the exec root
     * @param agents what {@code RUN --mount=type=ssh} reaches, by id
     * @param logins what the caller has for the registry of an image that is pulled
     */
    record Request(
            String dockerfile,
            String text,
            List<String> tags,
            Map<String, String> arguments,
            String target,
            boolean noCache,
            boolean pull,
            boolean remove,
            boolean forceRemove,
            Map<String, String> labels,
            HostConfig hostConfig,
            String platform,
            List<String> cacheFrom,
            boolean squash,
            Map<String, byte[]> secrets,
            Map<String, SshAgent> agents,
            Function<ImageReference, Registry.Credentials> logins) {}

    /** An SSH agent at the caller's side, which signs with the caller's keys. Thread-safe; it stays the caller's. */
    interface SshAgent {

        /**
         * Answers a message of the agent protocol (draft-ietf-sshm-ssh-agent), both without their lengths. A builder asks
         * for identities and signatures alone, whatever a step asks it for.
         *
         * @throws IOException when the agent cannot be reached: the step is told that the request failed
         */
        byte[] answer(byte[] request) throws IOException;
    }

    /**
     * Which steps are forgotten.
     *
     * @param filters Docker's for the build cache: {@code until} and {@code unused-for} (a duration such as
     *     {@code 24h}), {@code id}, {@code parent}, {@code type}, {@code description}, {@code inuse}, {@code shared},
     *     {@code private}; all must fit
     * @param keepBytes the steps used last stay as long as their layers have no more bytes together; 0 keeps none
     */
    record Prune(Map<String, List<String>> filters, long keepBytes) {

        public static final Prune ALL = new Prune(Map.of(), 0);
    }

    /** @param ids of the images that went */
    record Pruned(List<String> ids, long reclaimedBytes) {}

    /** A RUN that ended with a code that is not 0. */
    final class StepFailure extends RuntimeException {

        private final int code;

        public StepFailure(int code, String message) {
            super(message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * Lines of a Dockerfile, the first of which is 1.
     *
     * @param lines from {@code from} on: those that failed, and some before and after them
     * @param first of those that failed; {@code last} likewise
     */
    record Excerpt(String dockerfile, int from, List<String> lines, int first, int last) {}

    /**
     * Told what steps do at once, several at a time, whereas {@link Output} is told one stage after the other. Numbers are
     * those of {@link Output#step}. Thread-safe.
     */
    interface StepWatcher {

        StepWatcher NONE = new StepWatcher() {};

        default void began(int number, int count, String instruction) {}

        /** What its container writes. */
        default void wrote(int number, byte[] bytes, int offset, int length) {}

        /** How far the pull of its image is, in Docker's words. */
        default void pulled(int number, String id, String text) {}

        /** @param cached whether the step was made before */
        default void ended(int number, boolean cached) {}
    }

    /** Told what happens, on several threads, one at a time. */
    interface Output {

        /** A piece of text in Docker's words; a line has its line end. */
        void text(String text);

        /** A step begins; text and bytes until the next one are of it. */
        default void step(int number, int count, String instruction) {
            text("Step " + number + "/" + count + " : " + instruction + "\n");
        }

        /** What a step writes. */
        void bytes(boolean stderr, byte[] bytes, int offset, int length);

        /** Told how far the pull of an image is. */
        default Registry.Progress transfers() {
            return Registry.Progress.NONE;
        }

        /** Told besides, of all steps that run; asked for once a stage. */
        default StepWatcher watcher() {
            return StepWatcher.NONE;
        }

        /** A stage is done: text after that is of the next step, or of the build. */
        default void stage(Digest image) {}

        /** Told which lines of the Dockerfile failed, before the failure is thrown. */
        default void failedAt(Excerpt where) {}

        /** Asked several times a second, by each stage that runs: false gives the build up. */
        default boolean wantsMore() {
            return true;
        }
    }
}
