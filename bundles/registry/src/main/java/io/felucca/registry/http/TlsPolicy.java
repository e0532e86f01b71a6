package io.felucca.registry.http;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom TLS trusts and what it shows of itself, for one host: the JVM's authorities, and what lies in Docker's folder for
 * the host: {@code *.crt} authorities, {@code *.cert} with {@code *.key} for clients.
 */
final class TlsPolicy {

    private static final char[] NO_PASSWORD = new char[0];
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA )?PRIVATE KEY-----([^-]+)-----END (?:RSA )?PRIVATE KEY-----");

    private TlsPolicy() {}

    /** Trusts everybody: for registries that were declared insecure. */
    private static final X509TrustManager ANYBODY = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // Not asked by a client.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // Declared insecure by the operator.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    /**
     * @param folders each may have a folder with the host's name, its port included
     * @throws FeluccaException SYSTEM when a file there is no certificate or key
     */
    static SSLContext context(List<Path> folders, String domain, boolean insecure) {
        try {
            List<Certificate> authorities = new ArrayList<>();
            KeyManager[] keys = null;
            for (Path parent : folders) {
                Path folder = parent.resolve(domain);
                if (!domain.startsWith(".") && domain.indexOf('/') < 0 && Files.isDirectory(folder)) {
                    authorities.addAll(authorities(folder));
                    keys = keys == null ? clientKeys(folder) : keys;
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, insecure ? new TrustManager[] {ANYBODY} : trust(authorities), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw FeluccaException.system("cannot read the certificates for " + domain + ": " + e.getMessage(), e);
        }
    }

    private static List<Certificate> authorities(Path folder) throws IOException, GeneralSecurityException {
        List<Certificate> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.crt")) {
            for (Path file : files) {
                found.addAll(certificates(file));
            }
        }
        return found;
    }

    private static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    /** Null, which the JDK takes for none, without a certificate. */
    private static KeyManager[] clientKeys(Path folder) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.cert")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                Path key = folder.resolve(name.substring(0, name.length() - ".cert".length()) + ".key");
                if (!Files.exists(key)) {
                    throw FeluccaException.system("missing key " + key.getFileName() + " for client certificate " + name
                            + ". Note that CA certificates should use the extension .crt");
                }
                store.setKeyEntry(
                        name, privateKey(key), NO_PASSWORD, certificates(file).toArray(Certificate[]::new));
                count++;
            }
        }
        requireCertificates(folder);
        if (count == 0) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static void requireCertificates(Path folder) throws IOException {
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(folder, "*.key")) {
            for (Path key : keys) {
                String name = key.getFileName().toString();
                String certificate = name.substring(0, name.length() - ".key".length()) + ".cert";
                if (!Files.exists(folder.resolve(certificate))) {
                    throw FeluccaException.system("Missing client certificate " + certificate + " for key " + name);
                }
            }
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher key = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw FeluccaException.system(
                    file + " is no RSA key and no PKCS #8 key: convert it with openssl pkcs8 -topk8"
                            + " -nocrypt -in KEY -out NEW");
        }
        byte[] content = Base64.getMimeDecoder().decode(key.group(2));
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(key.group(1) == null ? content : wrapped(content));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    /** PKCS #8 of a PKCS #1 key (RFC 5208, 5): version 0, the algorithm rsaEncryption, and the key as it is. */
    private static byte[] wrapped(byte[] key) {
        byte[] head = HexFormat.of().parseHex("020100" + "300d06092a864886f70d0101010500");
        byte[] octets = der(0x04, key);
        byte[] content = Arrays.copyOf(head, head.length + octets.length);
        System.arraycopy(octets, 0, content, head.length, octets.length);
        return der(0x30, content);
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        ByteBuffer buffer = ByteBuffer.allocate(length + 4).put((byte) tag).put((byte) 0x82);
        return buffer.putShort((short) length).put(content).array();
    }

    /** The JVM's authorities and these; null, which the JDK takes for its own, without any. */
    private static TrustManager[] trust(List<Certificate> authorities) throws IOException, GeneralSecurityException {
        if (authorities.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (Certificate authority : authorities) {
            store.setCertificateEntry("own-" + count++, authority);
        }
        TrustManagerFactory own = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        own.init((KeyStore) null);
        for (TrustManager each : own.getTrustManagers()) {
            if (each instanceof X509TrustManager system) {
                for (X509Certificate authority : system.getAcceptedIssuers()) {
                    store.setCertificateEntry("system-" + count++, authority);
                }
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
