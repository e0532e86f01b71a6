package io.felucca.shell.registry;

import io.felucca.images.ImageReference;
import io.felucca.registry.Registry.Credentials;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.UserLogins;
import io.felucca.shell.user.UserLogins.Login;
import java.io.IOException;

/** Finds the credentials that a user has for the registry of an image. */
public final class RegistryLogins {

    private static final String IDENTITY_TOKEN = "<token>";

    private RegistryLogins() {}

    public static Credentials of(ImageReference image, ClientSession user) {
        return of(image.domain().equals(ImageReference.DEFAULT_DOMAIN) ? UserLogins.DOCKER_HUB : image.domain(), user);
    }

    /** As Docker's command does, goes on without credentials when they cannot be read. */
    static Credentials of(String server, ClientSession user) {
        try {
            return user.logins().find(server).map(RegistryLogins::of).orElse(Credentials.NONE);
        } catch (IOException e) {
            user.err().println("WARNING: " + e.getMessage());
            return Credentials.NONE;
        }
    }

    static Credentials of(Login login) {
        return login.name().equals(IDENTITY_TOKEN)
                ? new Credentials("", "", login.secret(), "")
                : new Credentials(login.name(), login.secret(), "", "");
    }

    /** Who is asked for a search: the host that the term begins with, or Docker Hub. */
    static String searched(String term) {
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean named = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        return server(named ? first : "");
    }

    /** The host of what a user calls a registry: {@code https://host:5000/v1/} is {@code host:5000}. */
    static String server(String word) {
        if (word.isEmpty() || word.equals(ImageReference.DEFAULT_DOMAIN) || word.equals(UserLogins.DOCKER_HUB)) {
            return UserLogins.DOCKER_HUB;
        }
        String rest = word.replaceFirst("^https?://", "");
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }
}
