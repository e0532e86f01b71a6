package io.felucca.engine;

import org.osgi.annotation.versioning.ProviderType;

/** What {@code felucca version} and {@code GET /version} say of the engine. A service. */
@ProviderType
public interface EngineVersion {

    /** The Docker Engine API that is spoken. */
    String API_VERSION = "1.51";

    /** The first release of Docker's engine that spoke {@link #API_VERSION}. */
    String DOCKER_VERSION = "28.3.0";

    /** The oldest API version that is accepted. */
    String MIN_API_VERSION = "1.24";

    /**
     * @param version the engine's version
     * @param gitCommit the commit it was built from, or {@code unknown}
     * @param buildTime RFC 3339
     * @param os {@code linux}
     * @param arch Go's name of the architecture: {@code amd64}, {@code arm64}
     * @param kernelVersion uname's release
     * @param javaVersion version of the JVM
     */
    record Version(
            String version,
            String gitCommit,
            String buildTime,
            String os,
            String arch,
            String kernelVersion,
            String javaVersion) {

        /**
         * What programs that ask for Docker's version, and compare it with the least that they need, are told: the
         * release whose API is spoken, and behind the plus, where a distribution names its build, who speaks it.
         *
         * @return {@code 28.3.0+felucca}, in three parts at its dots, as clients expect it
         */
        public String dockerVersion() {
            return DOCKER_VERSION + "+felucca";
        }
    }

    Version version();
}
