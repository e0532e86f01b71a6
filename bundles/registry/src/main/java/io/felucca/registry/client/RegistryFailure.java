package io.felucca.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageReference;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * What a registry answered instead of what was asked for.
 *
 * <p>The status, and the first of its errors (OCI distribution-spec 1.1, "Error Codes").
 */
final class RegistryFailure extends IOException {

    private static final long serialVersionUID = 1;
    private static final int MAX_TEXT = 500;

    /** Error codes of registries for a media type that they do not know; 405 is the specification's status of the second. */
    private static final Set<String> FORM_CODES = Set.of("MANIFEST_INVALID", "UNSUPPORTED");

    private final int status;
    private final String code;
    private final transient FeluccaException own;
    private String retryAfter = "";
    private String reason = "";

    private RegistryFailure(int status, String code, String message, FeluccaException own) {
        super(message, own);
        this.status = status;
        this.code = code;
        this.own = own;
    }

    static RegistryFailure of(int status, byte[] body) {
        if (status >= 500) {
            // dockerd does not read what a failing server says.
            return ofStatus(status);
        }
        try {
            JsonNode error = Json.read(body).path("errors").path(0);
            String code = error.path("code").asText("");
            if (!code.isEmpty()) {
                String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
                String message = error.path("message").asText("");
                return new RegistryFailure(status, code, words + ": " + cut(message.isEmpty() ? words : message), null);
            }
        } catch (IOException e) {
            // Not the specification's form: the status says enough.
        }
        return ofStatus(status);
    }

    static RegistryFailure ofStatus(int status) {
        return switch (status) {
            case 401 -> new RegistryFailure(status, "UNAUTHORIZED", "unauthorized: authentication required", null);
            case 403 ->
                new RegistryFailure(status, "DENIED", "denied: requested access to the resource is denied", null);
            case 404 -> new RegistryFailure(status, "UNKNOWN", "unknown: Not Found", null);
            case 429 ->
                new RegistryFailure(
                        status, "TOOMANYREQUESTS", "toomanyrequests: You have reached your pull rate limit.", null);
            default ->
                new RegistryFailure(
                        status, "", "received unexpected HTTP status: " + status + " " + reason(status), null);
        };
    }

    /** A failure that has its whole text already. */
    static RegistryFailure said(FeluccaException failure) {
        return new RegistryFailure(0, "", failure.getMessage(), failure);
    }

    /** One whose text says what was asked for, and then the reason. */
    static RegistryFailure said(FeluccaException failure, String reason) {
        RegistryFailure said = said(failure);
        said.reason = reason;
        return said;
    }

    private static String reason(int status) {
        return switch (status) {
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "";
        };
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    int status() {
        return status;
    }

    /** Whether it may be the media type of a manifest that was refused, not its sender or what it refers to. */
    boolean isOfManifestForm() {
        return status == 415 || FORM_CODES.contains(code) || status == 400 && code.isEmpty();
    }

    RegistryFailure after(String header) {
        retryAfter = header;
        return this;
    }

    /** The header of that name, or empty. */
    String retryAfter() {
        return retryAfter;
    }

    /** As dockerd tells a failed pull. */
    FeluccaException ofPull(ImageReference reference) {
        if (own != null) {
            return own;
        }
        return switch (code) {
            case "DENIED" ->
                new FeluccaException(
                        Kind.NOT_FOUND,
                        "pull access denied for " + reference.familiarRepository()
                                + ", repository does not exist or may require 'docker login': " + getMessage(),
                        this);
            case "MANIFEST_UNKNOWN" ->
                new FeluccaException(
                        Kind.NOT_FOUND, "manifest for " + reference.familiar() + " not found: " + getMessage(), this);
            case "NAME_UNKNOWN" ->
                new FeluccaException(
                        Kind.NOT_FOUND,
                        "repository " + reference.familiarRepository() + " not found: " + getMessage(),
                        this);
            default ->
                status == 404
                        ? new FeluccaException(
                                Kind.NOT_FOUND,
                                "manifest for " + reference.familiar()
                                        + " not found: manifest unknown: manifest unknown",
                                this)
                        : FeluccaException.system(getMessage(), this);
        };
    }

    /** As dockerd tells a failed push: the reason alone. */
    FeluccaException ofPush() {
        return own == null || reason.isEmpty() ? plain() : new FeluccaException(own.kind(), reason, this);
    }

    FeluccaException plain() {
        if (own != null) {
            return own;
        }
        return new FeluccaException(status == 401 || status == 403 ? Kind.FORBIDDEN : Kind.SYSTEM, getMessage(), this);
    }
}
