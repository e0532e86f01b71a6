package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority and the certificates that it gave out, made by openssl for one test. */
public final class Certificates {

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes an authority in a folder that is there. */
    public static Certificates in(Path folder) {
        openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=authority");
        return new Certificates(folder);
    }

    private static void openssl(Path folder, String words) {
        Program.of(("openssl " + words).split(" ")).in(folder).run().requireOk();
    }

    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Makes a key and a certificate in a folder of this name: {@code ca.pem}, {@code cert.pem}, {@code key.pem}, as Docker's client wants them. */
    public Path issue(String name, String usage) {
        try {
            Path own = Files.createDirectories(folder.resolve(name));
            Files.copy(authority(), own.resolve("ca.pem"));
            Files.writeString(
                    own.resolve("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=" + usage + "\n");
            openssl(own, "req -newkey rsa:2048 -nodes -keyout key.pem -out csr -subj /CN=" + name);
            openssl(
                    own,
                    "x509 -req -in csr -CA ../ca.pem -CAkey ../ca-key.pem -CAcreateserial -out cert.pem -days 2 "
                            + "-extfile ext");
            return own;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
