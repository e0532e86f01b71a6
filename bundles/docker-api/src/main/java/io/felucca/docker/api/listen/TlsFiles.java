package io.felucca.docker.api.listen;

import io.felucca.FeluccaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The files of {@code --tlsverify}, in PEM: the authority that clients' certificates must come from, and the engine's own
 * certificate and key (PKCS #8, or PKCS #1 for RSA).
 */
public record TlsFiles(Path authority, Path certificate, Path key) {

    private static final Pattern KEY = Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([^-]+)-----END");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL } …, as PKCS #8 has it before an RSA key (RFC 5208). */
    private static final byte[] RSA_HEAD = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    /** @throws FeluccaException INVALID, naming the file that is wrong */
    public SSLContext context() {
        try {
            KeyStore own = empty();
            own.setKeyEntry(
                    "engine",
                    privateKey(),
                    new char[0],
                    certificates(certificate).toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, new char[0]);
            KeyStore trusted = empty();
            for (Certificate each : certificates(authority)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw wrong(certificate, e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw wrong(file, "it holds no certificate", null);
            }
            return found;
        } catch (IOException | GeneralSecurityException e) {
            throw wrong(file, e.getMessage(), e);
        }
    }

    private PrivateKey privateKey() {
        try {
            Matcher matcher = KEY.matcher(Files.readString(key));
            if (!matcher.find()) {
                throw wrong(key, "it holds no key in PEM", null);
            }
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (matcher.group(1)) {
                case "PRIVATE KEY" -> parse(der);
                case "RSA PRIVATE KEY" -> parse(wrapped(der));
                default ->
                    throw wrong(
                            key,
                            "a key of the form " + matcher.group(1)
                                    + " is not supported: convert it (openssl pkcs8 -topk8 -nocrypt)",
                            null);
            };
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(key, e.getMessage(), e);
        }
    }

    private PrivateKey parse(byte[] pkcs8) {
        List<String> refusals = new ArrayList<>();
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                refusals.add(algorithm + ": " + e.getMessage());
            } catch (GeneralSecurityException e) {
                throw wrong(key, e.getMessage(), e);
            }
        }
        throw wrong(key, "it is no key of a known kind: " + String.join("; ", refusals), null);
    }

    private static byte[] wrapped(byte[] rsa) {
        return element(0x30, concatenated(RSA_HEAD, element(0x04, rsa)));
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }

    /** DER: tag, length, content; keys have less than 64 kB. */
    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 128) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static FeluccaException wrong(Path file, String what, Exception cause) {
        return new FeluccaException(FeluccaException.Kind.INVALID, "cannot use " + file + " for TLS: " + what, cause);
    }
}
