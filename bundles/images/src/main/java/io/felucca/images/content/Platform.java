package io.felucca.images.content;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** OCI image-spec 1.1, image-index.md, "platform". */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Platform(
        String architecture,
        String os,
        @JsonProperty("os.version") String osVersion,
        @JsonProperty("os.features") List<String> osFeatures,
        String variant) {

    /** The platform of this machine's containers. */
    public static Platform ofThisMachine() {
        return new Platform(architectureHere(), "linux", null, null, null);
    }

    /** Go's name of this processor. */
    public static String architectureHere() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    public boolean runsHere() {
        return "linux".equals(os) && architectureHere().equals(architecture);
    }
}
