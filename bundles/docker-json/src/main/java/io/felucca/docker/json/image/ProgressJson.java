package io.felucca.docker.json.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerText;

/** The messages of pull, push, load, import and build: one object a line (docker's jsonmessage). */
public final class ProgressJson {

    private ProgressJson() {}

    /** A line of text by itself; it has its own line end. */
    public static ObjectNode stream(String text) {
        return DockerJson.object().put("stream", text);
    }

    /** @param id a short layer id, or empty */
    public static ObjectNode status(String id, String status) {
        ObjectNode node = DockerJson.object().put("status", status);
        return id.isEmpty() ? node : node.put("id", id);
    }

    /** How far something is. @param totalBytes 0 when unknown */
    public static ObjectNode progress(String id, String status, long currentBytes, long totalBytes) {
        ObjectNode node = DockerJson.object().put("status", status);
        ObjectNode detail = node.putObject("progressDetail").put("current", currentBytes);
        if (totalBytes > 0) {
            detail.put("total", totalBytes);
        }
        node.put("progress", DockerText.progress(currentBytes, totalBytes));
        return id.isEmpty() ? node : node.put("id", id);
    }

    /** The last message of what failed. */
    public static ObjectNode error(String message) {
        ObjectNode node = DockerJson.object();
        node.putObject("errorDetail").put("message", message);
        return node.put("error", message);
    }

    /** The last message of a build whose step ended with a code. */
    public static ObjectNode error(String message, int code) {
        ObjectNode node = DockerJson.object();
        node.putObject("errorDetail").put("code", code).put("message", message);
        return node.put("error", message);
    }

    /** That a build has come to an image. */
    public static ObjectNode built(String id) {
        ObjectNode node = DockerJson.object();
        node.putObject("aux").put("ID", id);
        return node;
    }

    /** That an image has been pushed, for programs. @param sizeBytes of its manifest */
    public static ObjectNode pushed(String tag, String digest, long sizeBytes) {
        ObjectNode node = DockerJson.object();
        node.putObject("progressDetail");
        node.putObject("aux").put("Tag", tag).put("Digest", digest).put("Size", sizeBytes);
        return node;
    }
}
