package io.felucca.shell.command;

import io.felucca.shell.user.ClientSession;
import java.io.IOException;

/** Asks before much is removed. */
public final class Confirmation {

    private Confirmation() {}

    /** @return whether the user said yes */
    public static boolean ask(ClientSession user, String warning) throws IOException {
        user.out().print(warning + "\nAre you sure you want to continue? [y/N] ");
        user.out().flush();
        StringBuilder answer = new StringBuilder();
        for (int c = user.in().read(); c >= 0 && c != '\n'; c = user.in().read()) {
            answer.append((char) c);
        }
        return answer.toString().strip().equalsIgnoreCase("y");
    }
}
