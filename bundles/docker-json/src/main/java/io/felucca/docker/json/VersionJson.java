package io.felucca.docker.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.felucca.engine.EngineVersion;
import java.util.List;

/** {@code GET /version} (API 1.51, SystemVersion), in dockerd's order. */
public record VersionJson(
        @JsonProperty("Platform") Platform platform,
        @JsonProperty("Components") List<Component> components,
        @JsonProperty("Version") String version,
        @JsonProperty("ApiVersion") String apiVersion,
        @JsonProperty("MinAPIVersion") String minApiVersion,
        @JsonProperty("GitCommit") String gitCommit,
        @JsonProperty("GoVersion") String goVersion,
        @JsonProperty("Os") String os,
        @JsonProperty("Arch") String arch,
        @JsonProperty("KernelVersion") String kernelVersion,
        @JsonProperty("BuildTime") String buildTime) {

    public record Platform(@JsonProperty("Name") String name) {}

    public record Component(
            @JsonProperty("Name") String name,
            @JsonProperty("Version") String version,
            @JsonProperty("Details") Details details) {}

    public record Details(
            @JsonProperty("ApiVersion") String apiVersion,
            @JsonProperty("Arch") String arch,
            @JsonProperty("BuildTime") String buildTime,
            @JsonProperty("Experimental") String experimental,
            @JsonProperty("GitCommit") String gitCommit,
            @JsonProperty("GoVersion") String goVersion,
            @JsonProperty("KernelVersion") String kernelVersion,
            @JsonProperty("MinAPIVersion") String minApiVersion,
            @JsonProperty("Os") String os) {}

    /** GoVersion is where clients look for what the engine runs on: it names the Java. */
    public static VersionJson of(EngineVersion.Version version) {
        String runsOn = "java" + version.javaVersion();
        Details details = new Details(
                EngineVersion.API_VERSION,
                version.arch(),
                version.buildTime(),
                "false",
                version.gitCommit(),
                runsOn,
                version.kernelVersion(),
                EngineVersion.MIN_API_VERSION,
                version.os());
        return new VersionJson(
                new Platform("Felucca"),
                List.of(new Component("Engine", version.version(), details)),
                version.version(),
                EngineVersion.API_VERSION,
                EngineVersion.MIN_API_VERSION,
                version.gitCommit(),
                runsOn,
                version.os(),
                version.arch(),
                version.kernelVersion(),
                version.buildTime());
    }
}
