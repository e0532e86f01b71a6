package io.felucca.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what went wrong with a file as Go's os package does. */
final class GoWords {

    private GoWords() {}

    /** The same as bytes, for a frame. */
    static byte[] bytes(String what, Exception e) {
        return reason(what, e).getBytes(StandardCharsets.UTF_8);
    }

    /** In Go's words, which Docker's users know. */
    static String reason(String what, Exception e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (e instanceof NoSuchFileException) {
            reason = "no such file or directory";
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (reason == null) {
            reason = e.getClass().getSimpleName();
        }
        boolean capital = reason.length() > 1
                && Character.isUpperCase(reason.charAt(0))
                && Character.isLowerCase(reason.charAt(1));
        return what + ": " + (capital ? Character.toLowerCase(reason.charAt(0)) + reason.substring(1) : reason);
    }
}
