package io.felucca.client;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The words before the command, which are docker's: {@code -H HOST} and the files of TLS; and what stands in the
 * environment for those that are not given.
 *
 * @param host null when none was given
 * @param tls null for a connection as it is
 * @param words the command's
 */
record Options(String host, Tls tls, String[] words) {

    /** @throws ClientException for an option without its value */
    static Options parse(String[] args, Map<String, String> environment) {
        Reading reading = new Reading(args);
        String folder = environment.getOrDefault("DOCKER_CERT_PATH", "");
        if (folder.isEmpty()) {
            folder = environment.getOrDefault("HOME", "/root") + "/.docker";
        }
        String host = null;
        boolean tls = false;
        boolean verify = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
        Path authority = Path.of(folder, "ca.pem");
        Path certificate = Path.of(folder, "cert.pem");
        Path key = Path.of(folder, "key.pem");
        while (reading.more()) {
            if (reading.is("--host") || reading.isShort("-H")) {
                host = reading.value();
            } else if (reading.is("--tls")) {
                tls = reading.flag();
            } else if (reading.is("--tlsverify")) {
                verify = reading.flag();
            } else if (reading.is("--tlscacert")) {
                authority = Path.of(reading.value());
            } else if (reading.is("--tlscert")) {
                certificate = Path.of(reading.value());
            } else if (reading.is("--tlskey")) {
                key = Path.of(reading.value());
            } else {
                break;
            }
        }
        Tls secured = tls || verify ? new Tls(verify, authority, certificate, key) : null;
        return new Options(host, secured, reading.rest());
    }

    /** Takes one option after the other. */
    private static final class Reading {

        private final String[] args;
        private int at;
        private String attached;

        Reading(String[] args) {
            this.args = args;
        }

        boolean more() {
            return at < args.length && args[at].startsWith("-");
        }

        boolean is(String name) {
            return matches(name, args[at].startsWith(name + "=") ? name.length() + 1 : -1);
        }

        /** Its value may follow without anything between. */
        boolean isShort(String name) {
            boolean joined = args[at].startsWith(name) && args[at].length() > name.length();
            return matches(name, joined ? name.length() + (args[at].charAt(name.length()) == '=' ? 1 : 0) : -1);
        }

        private boolean matches(String name, int valueAt) {
            if (valueAt < 0 && !args[at].equals(name)) {
                return false;
            }
            attached = valueAt < 0 ? null : args[at].substring(valueAt);
            return true;
        }

        String value() {
            String name = args[at++];
            if (attached != null) {
                return attached;
            }
            if (at == args.length) {
                throw new ClientException(125, "flag needs an argument: " + name);
            }
            return args[at++];
        }

        boolean flag() {
            at++;
            return attached == null || !attached.equals("false");
        }

        String[] rest() {
            return Arrays.copyOfRange(args, at, args.length);
        }
    }
}
