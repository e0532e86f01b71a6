package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.engine.EngineVersion;

/** What {@code /version} says, in dockerd's order (API 1.51, SystemVersion). */
public final class SystemJson {

    private SystemJson() {}

    /**
     * Version is Docker's, for clients that compare it; the component's is Felucca's own. GoVersion is where clients
     * look for what the engine runs on: it names the Java.
     */
    public static ObjectNode version(EngineVersion.Version version) {
        String runsOn = "java" + version.javaVersion();
        ObjectNode root = DockerJson.object();
        root.putObject("Platform").put("Name", "Felucca");
        ObjectNode engine = root.putArray("Components").addObject();
        engine.put("Name", "Engine").put("Version", version.version());
        engine.putObject("Details")
                .put("ApiVersion", EngineVersion.API_VERSION)
                .put("Arch", version.arch())
                .put("BuildTime", version.buildTime())
                .put("Experimental", "false")
                .put("GitCommit", version.gitCommit())
                .put("GoVersion", runsOn)
                .put("KernelVersion", version.kernelVersion())
                .put("MinAPIVersion", EngineVersion.MIN_API_VERSION)
                .put("Os", version.os());
        return root.put("Version", version.dockerVersion())
                .put("ApiVersion", EngineVersion.API_VERSION)
                .put("MinAPIVersion", EngineVersion.MIN_API_VERSION)
                .put("GitCommit", version.gitCommit())
                .put("GoVersion", runsOn)
                .put("Os", version.os())
                .put("Arch", version.arch())
                .put("KernelVersion", version.kernelVersion())
                .put("BuildTime", version.buildTime());
    }
}
