package io.felucca.shell.user;

import java.io.IOException;
import java.util.Optional;

/**
 * The registries' users and passwords at the user's side: Docker's config.json and credential helpers. A server is a
 * registry's host, or Docker Hub's {@value #DOCKER_HUB}.
 */
public interface UserLogins {

    String DOCKER_HUB = "https://index.docker.io/v1/";

    /** @param name {@code <token>} when the secret is an identity token */
    record Login(String name, String secret) {

        /** Without secrets. */
        @Override
        public String toString() {
            return "Login[" + name + "]";
        }
    }

    /** @throws IOException when they cannot be read */
    Optional<Login> find(String server) throws IOException;

    /**
     * @return where they are stored unencrypted; empty when a credential helper has them
     * @throws IOException when they cannot be stored
     */
    String store(String server, Login login) throws IOException;

    /** One that is not there is no error. */
    void erase(String server) throws IOException;

    /** At the engine itself: there are none. */
    UserLogins NONE = new UserLogins() {
        @Override
        public Optional<Login> find(String server) {
            return Optional.empty();
        }

        @Override
        public String store(String server, Login login) throws IOException {
            throw new IOException("logins are kept by the felucca program: use felucca login");
        }

        @Override
        public void erase(String server) throws IOException {
            throw new IOException("logins are kept by the felucca program: use felucca logout");
        }
    };
}
