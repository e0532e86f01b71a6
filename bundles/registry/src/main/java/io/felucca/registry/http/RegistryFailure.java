package io.felucca.registry.http;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageReference;
import java.io.IOException;
import java.util.Set;

/**
 * What a registry answered instead of what was asked for.
 *
 * <p>The status, and its {@link Refusal}.
 */
public final class RegistryFailure extends IOException {

    private static final long serialVersionUID = 1;

    /** Error codes of registries for a media type that they do not know; 405 is the specification's status of the second. */
    private static final Set<String> FORM_CODES = Set.of("MANIFEST_INVALID", "UNSUPPORTED");

    private final int status;
    private final String code;
    private final boolean explained;
    private final transient FeluccaException own;
    private String retryAfter = "";
    private String reason = "";

    private RegistryFailure(int status, String code, String message, boolean explained, FeluccaException own) {
        super(message, own);
        this.status = status;
        this.code = code;
        this.explained = explained;
        this.own = own;
    }

    /** A request that was refused, statuses 400 to 499. */
    static RegistryFailure of(int status, Refusal refusal) {
        return new RegistryFailure(status, refusal.code(), refusal.text(), refusal.explained(), null);
    }

    /** Any other status. What a failing server says is not read, as dockerd does not. */
    static RegistryFailure ofStatus(int status, String reason) {
        String text = "received unexpected HTTP status: " + status + (reason.isEmpty() ? "" : " " + reason);
        return new RegistryFailure(status, "", text, false, null);
    }

    /** A failure that has its whole text already. */
    public static RegistryFailure said(FeluccaException failure) {
        return new RegistryFailure(0, "", failure.getMessage(), false, failure);
    }

    /** One whose text says what was asked for, and then the reason. */
    public static RegistryFailure said(FeluccaException failure, String reason) {
        RegistryFailure said = said(failure);
        said.reason = reason;
        return said;
    }

    public int status() {
        return status;
    }

    /** Whether it may be the media type of a manifest that was refused, not its sender or what it refers to. */
    public boolean isOfManifestForm() {
        return status == 415 || FORM_CODES.contains(code) || status == 400 && code.isEmpty();
    }

    RegistryFailure after(String header) {
        retryAfter = header;
        return this;
    }

    /** The header of that name, or empty. */
    public String retryAfter() {
        return retryAfter;
    }

    /** As dockerd tells a failed pull. */
    public FeluccaException ofPull(ImageReference reference) {
        if (own != null) {
            return own;
        }
        return switch (explained ? code : "") {
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
            default -> FeluccaException.system(getMessage(), this);
        };
    }

    /** As dockerd tells a failed push: the reason alone. */
    public FeluccaException ofPush() {
        return own == null || reason.isEmpty() ? plain() : new FeluccaException(own.kind(), reason, this);
    }

    public FeluccaException plain() {
        if (own != null) {
            return own;
        }
        return new FeluccaException(status == 401 || status == 403 ? Kind.FORBIDDEN : Kind.SYSTEM, getMessage(), this);
    }
}
