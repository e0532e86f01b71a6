package io.felucca.builder;

import io.felucca.Digest;
import io.felucca.containers.HostConfig;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
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
     * @param context an archive, compressed or not; read on the caller's thread, not closed
     * @throws io.felucca.FeluccaException INVALID with Docker's text for what is wrong with the request or the Dockerfile;
     *     before the first call of {@code output} nothing has been made
     */
    Digest build(Request request, InputStream context, Output output);

    /** Forgets steps that were built before; images that are nothing but such steps go. */
    Pruned prune();

    /**
     * What is wanted.
     *
     * @param dockerfile its path in the context; empty for {@code Dockerfile}
     * @param tags references that will name the image
     * @param arguments by name; null for a value that is not given
     * @param target name or number of the last stage to build; empty for the last one
     * @param noCache whether each step is run
     * @param remove whether the container of a step that succeeded goes
     * @param forceRemove whether that of one that failed goes, too
     * @param labels of the image
     * @param hostConfig of the containers of RUN
     * @param platform empty for this machine's
     */
    record Request(
            String dockerfile,
            List<String> tags,
            Map<String, String> arguments,
            String target,
            boolean noCache,
            boolean remove,
            boolean forceRemove,
            Map<String, String> labels,
            HostConfig hostConfig,
            String platform) {}

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

    /** Told what happens, on several threads, one at a time. */
    interface Output {

        /** A piece of text in Docker's words; a line has its line end. */
        void text(String text);

        /** What a step writes. */
        void bytes(boolean stderr, byte[] bytes, int offset, int length);

        /** A stage is done. */
        default void stage(Digest image) {}

        /** The lines of the Dockerfile that failed, from 1; told before the failure is thrown. */
        default void failedAt(String dockerfile, int firstLine, int lastLine) {}

        /** Asked several times a second while nothing is told: false gives the build up. */
        default boolean wantsMore() {
            return true;
        }
    }
}
