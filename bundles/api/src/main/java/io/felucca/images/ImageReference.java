package io.felucca.images;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import java.util.regex.Pattern;

/**
 * A normalised image reference: {@code domain/path[:tag][@digest]} (distribution/reference grammar). A bare name gets
 * {@code docker.io/library/}; the first part is a host when it has a dot, a colon or is {@code localhost}.
 *
 * @param domain registry host, {@code docker.io} by default
 * @param path repository, such as {@code library/busybox}
 * @param tag empty when only a digest was given
 * @param digest empty when none was given
 */
public record ImageReference(String domain, String path, String tag, String digest) {

    public static final String DEFAULT_DOMAIN = "docker.io";
    public static final String DEFAULT_TAG = "latest";

    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\\.(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*(?::[0-9]+)?"
                    + "|\\[[0-9a-fA-F:]+\\](?::[0-9]+)?");

    private static final Pattern ID = Pattern.compile("[a-f0-9]{64}");

    /**
     * Parses what a user types; no tag and no digest means {@code latest}.
     *
     * @throws FeluccaException INVALID with Docker's text
     */
    public static ImageReference parse(String text) {
        String rest = text;
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            if (!Digest.matches(digest)) {
                throw malformed();
            }
        }
        String tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!TAG.matcher(tag).matches()) {
                throw malformed();
            }
        }
        String domain = DEFAULT_DOMAIN;
        String path = rest;
        int slash = rest.indexOf('/');
        if (slash > 0) {
            String first = rest.substring(0, slash);
            if (first.indexOf('.') >= 0
                    || first.indexOf(':') >= 0
                    || first.equals("localhost")
                    || !first.equals(first.toLowerCase(java.util.Locale.ROOT))) {
                domain = first.equals("index.docker.io") ? DEFAULT_DOMAIN : first;
                path = rest.substring(slash + 1);
                if (!DOMAIN.matcher(domain).matches()) {
                    throw malformed();
                }
            }
        }
        if (domain.equals(DEFAULT_DOMAIN) && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        if (!path.equals(path.toLowerCase(java.util.Locale.ROOT))) {
            throw FeluccaException.invalid("invalid reference format: repository name must be lowercase");
        }
        for (String component : path.split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()) {
                throw malformed();
            }
        }
        if (domain.equals(DEFAULT_DOMAIN) && ID.matcher(rest).matches()) {
            throw FeluccaException.invalid(
                    "invalid repository name (" + rest + "), cannot specify 64-byte hexadecimal strings");
        }
        if (domain.length() + 1 + path.length() > 255) {
            throw FeluccaException.invalid("repository name must not be more than 255 characters");
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = DEFAULT_TAG;
        }
        return new ImageReference(domain, path, tag, digest);
    }

    /**
     * The same repository with another tag and without a digest.
     *
     * @throws FeluccaException INVALID with Docker's text
     */
    public ImageReference withTag(String other) {
        if (!TAG.matcher(other).matches()) {
            throw FeluccaException.invalid("invalid tag format");
        }
        return new ImageReference(domain, path, other, "");
    }

    private static FeluccaException malformed() {
        return FeluccaException.invalid("invalid reference format");
    }

    /** Domain and path, such as {@code docker.io/library/busybox}. */
    public String repository() {
        return domain + "/" + path;
    }

    /** The repository as Docker shows it: {@code busybox}, {@code jwilder/nginx-proxy}, {@code quay.io/a/b}. */
    public String familiarRepository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return repository();
        }
        return path.startsWith("library/") && path.indexOf('/', "library/".length()) < 0
                ? path.substring("library/".length())
                : path;
    }

    /** As Docker shows it: {@code busybox:latest}. */
    public String familiar() {
        return familiarRepository() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }

    /** In full: {@code docker.io/library/busybox:latest}. */
    @Override
    public String toString() {
        return repository() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
