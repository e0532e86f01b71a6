package io.felucca.containers.process;

/** What the failed start of a container or an exec means, by the text of the runtime. */
public final class StartFailure {

    private StartFailure() {}

    /** As dockerd: 127 for a command that is not there, 126 for one that cannot be run, 128 for all else. */
    public static int exitCode(RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("executable file not found") || text.contains("no such file or directory")) {
            return 127;
        }
        return text.contains("permission denied") || text.contains("is a directory") ? 126 : 128;
    }
}
