package io.felucca.registry.http;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The reason for which a registry refused a request, in the words of Docker's client of registries: the first of the errors
 * in the body (OCI distribution-spec 1.1, "Error Codes"), unless a bearer challenge of a 401 has one (RFC 6750, section 3.1).
 *
 * @param code as the registry sent it, or empty
 * @param explained whether the text has a message beside the code. Docker tells codes alone by nothing but themselves
 */
record Refusal(String code, String text, boolean explained) {

    private static final int MAX_TEXT = 500;

    private static final String UNAUTHORIZED = "UNAUTHORIZED";
    private static final String DENIED = "DENIED";
    private static final String UNKNOWN = "UNKNOWN";

    /** The codes that Docker knows, each with the message that tells nothing more. */
    private static final Map<String, String> MESSAGES = Map.ofEntries(
            Map.entry(UNKNOWN, "unknown error"),
            Map.entry("UNSUPPORTED", "The operation is unsupported."),
            Map.entry(UNAUTHORIZED, "authentication required"),
            Map.entry(DENIED, "requested access to the resource is denied"),
            Map.entry("UNAVAILABLE", "service unavailable"),
            Map.entry("TOOMANYREQUESTS", "too many requests"),
            Map.entry("DIGEST_INVALID", "provided digest did not match uploaded content"),
            Map.entry("SIZE_INVALID", "provided length did not match content length"),
            Map.entry("NAME_INVALID", "invalid repository name"),
            Map.entry("TAG_INVALID", "manifest tag did not match URI"),
            Map.entry("NAME_UNKNOWN", "repository name not known to registry"),
            Map.entry("MANIFEST_UNKNOWN", "manifest unknown"),
            Map.entry("MANIFEST_INVALID", "manifest invalid"),
            Map.entry("MANIFEST_UNVERIFIED", "manifest failed signature verification"),
            Map.entry("MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"),
            Map.entry("BLOB_UNKNOWN", "blob unknown to registry"),
            Map.entry("BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"),
            Map.entry("BLOB_UPLOAD_INVALID", "blob upload invalid"));

    /** @param body of the answer, or as much of it as is read */
    static Refusal of(int status, List<Challenge> challenges, byte[] body) {
        for (Challenge challenge : status == 401 ? challenges : List.<Challenge>of()) {
            String code = challenge.scheme().equals("bearer") ? bearerCode(challenge.parameter("error")) : "";
            if (!code.isEmpty()) {
                String description = challenge.parameter("error_description");
                return explained(code, description.isEmpty() ? MESSAGES.get(code) : description);
            }
        }
        String problem;
        try {
            JsonNode json = ResponseJson.read(body);
            String details = json.path("details").asText("");
            if (!details.isEmpty()) {
                return explained(status == 401 ? UNAUTHORIZED : status == 429 ? "TOOMANYREQUESTS" : UNKNOWN, details);
            }
            JsonNode error = json.path("errors").path(0);
            if (error.isObject()) {
                return of(error);
            }
            problem = json.isMissingNode()
                    ? "unexpected end of JSON input"
                    : "no error details found in HTTP response body";
        } catch (IOException e) {
            problem = syntaxError(e, body);
        }
        return status == 401
                ? explained(UNAUTHORIZED, MESSAGES.get(UNAUTHORIZED))
                : new Refusal(
                        "",
                        "error parsing HTTP " + status + " response body: " + problem + ": "
                                + GoErrors.quoted(cut(new String(body, StandardCharsets.UTF_8))),
                        false);
    }

    private static Refusal of(JsonNode error) {
        String sent = error.path("code").asText("");
        String known = MESSAGES.containsKey(sent) ? sent : UNKNOWN;
        String message = error.path("message").asText("");
        JsonNode detail = error.path("detail");
        boolean plain = detail.isMissingNode() || detail.isNull();
        return plain && (message.isEmpty() || message.equals(MESSAGES.get(known)))
                ? new Refusal(known, words(known), false)
                : explained(known, message);
    }

    private static Refusal explained(String code, String message) {
        return new Refusal(code, words(code) + ": " + cut(message), true);
    }

    private static String words(String code) {
        return code.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String bearerCode(String error) {
        return switch (error) {
            case "invalid_token" -> UNAUTHORIZED;
            case "insufficient_scope" -> DENIED;
            default -> "";
        };
    }

    /** What Go's encoding/json says of texts that are no JSON at all; of others it says more than is told here. */
    private static String syntaxError(IOException failure, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).stripLeading();
        if (failure.getCause() instanceof JsonEOFException || text.isEmpty()) {
            return "unexpected end of JSON input";
        }
        // Go reads bytes.
        char first = (char) (text.getBytes(StandardCharsets.UTF_8)[0] & 0xff);
        return "{[\"-tfn0123456789".indexOf(first) < 0
                ? "invalid character '" + named(first) + "' looking for beginning of value"
                : "invalid JSON";
    }

    private static String named(char c) {
        String quoted = GoErrors.quoted(String.valueOf(c));
        return c == '\'' ? "\\'" : c == '"' ? "\"" : quoted.substring(1, quoted.length() - 1);
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }
}
