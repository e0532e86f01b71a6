package io.felucca.itests.builder;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.images.DebianImage;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dockerfiles as people write them. Debian packages of this machine stand for what they would load from the network. */
@Timeout(300)
class RealDockerfilesIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon docker = DockerDaemon.withBusybox();

    @TempDir
    Path context;

    @BeforeAll
    static void importDebian() {
        Path archive = DebianImage.installed(
                "base-files",
                "base-passwd",
                "dash",
                "coreutils",
                "grep",
                "sed",
                "tar",
                "gzip",
                "busybox-static",
                "gcc",
                "libc6-dev",
                "make",
                "python3",
                "nginx-light");
        engine.ok("import", archive.toString(), "debian");
        docker.docker("import", archive.toString(), "debian").run().requireOk();
    }

    private void file(String name, String text) throws IOException {
        Path file = context.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void build(String name) {
        engine.ok("build", "-t", name, context.toString());
    }

    @Test
    @DisplayName("S42, S56, S58: an nginx site is built, serves its page in the foreground, and stops by its signal")
    void nginx() throws IOException {
        file("site/index.html", "<h1>Hello, Docker!</h1>\n");
        file("nginx.conf", """
                user www-data;
                error_log /dev/stderr;
                events {}
                http {
                    access_log /dev/stdout;
                    server { listen 80; root /srv/site; }
                }
                """);
        file("Dockerfile", """
                FROM debian
                RUN cp /usr/share/base-passwd/passwd.master /etc/passwd \\
                    && cp /usr/share/base-passwd/group.master /etc/group
                COPY nginx.conf /etc/nginx/
                COPY site /srv/site
                EXPOSE 80
                STOPSIGNAL SIGQUIT
                CMD ["nginx", "-g", "daemon off;"]
                """);
        build("site");
        String web = engine.runDetached("site");
        await().untilAsserted(
                        () -> assertThat(engine.felucca("exec", web, "busybox", "wget", "-qO-", "http://127.0.0.1/")
                                        .run()
                                        .out())
                                .isEqualTo("<h1>Hello, Docker!</h1>\n"));
        assertThat(engine.ok("top", web)).contains("nginx: master process", "www-data");
        engine.ok("stop", web);
        assertThat(engine.inspect(web).path("State").path("ExitCode").asInt()).isZero();
        assertThat(engine.ok("logs", web)).contains("\"GET / HTTP/1.1\" 200");
    }

    @Test
    @DisplayName("S47, S57, S62: a Python application is built with a package that another stage made")
    void python() throws IOException {
        file("greeting/__init__.py", "def greet(name):\n    return 'hello ' + name\n");
        file("app.py", "import sys\nfrom greeting import greet\nprint(greet(sys.argv[1]))\n");
        file("Dockerfile", """
                FROM debian AS wheels
                WORKDIR /src
                COPY greeting greeting
                RUN python3 -m zipfile -c /greeting-1.0-py3-none-any.whl greeting

                FROM debian
                WORKDIR /app
                COPY --from=wheels /*.whl wheels/
                RUN python3 -m zipfile -e wheels/greeting-1.0-py3-none-any.whl packages
                ENV PYTHONPATH=/app/packages
                COPY app.py .
                ENTRYPOINT ["python3", "app.py"]
                CMD ["world"]
                """);
        build("app");
        assertThat(engine.runOnce("app").ok()).isEqualTo("hello world");
        assertThat(engine.runOnce("app", "you").ok()).isEqualTo("hello you");
    }

    @Test
    @DisplayName("S54: a program in C is compiled in one stage and is all that the image has")
    void multiStageC() throws IOException {
        file("hello.c", "#include <stdio.h>\nint main(void) { puts(\"hello from \" WHO); return 0; }\n");
        file("Dockerfile", """
                ARG WHO=nothing
                FROM debian AS compiler
                ARG WHO
                COPY hello.c /src/
                RUN gcc -static -Os -DWHO="\\"$WHO\\"" -o /src/hello /src/hello.c

                FROM scratch
                COPY --from=compiler /src/hello /hello
                ENTRYPOINT ["/hello"]
                """);
        engine.ok("build", "-t", "hello", "--build-arg", "WHO=C", context.toString());
        assertThat(engine.runOnce("hello").ok()).isEqualTo("hello from C");
        assertThat(engine.inspect("hello").path("RootFS").path("Layers")).hasSize(1);
    }

    private void jdk(String modules) {
        String jlink = Path.of(System.getProperty("java.home"), "bin/jlink").toString();
        Program.of(
                        jlink,
                        "--add-modules",
                        modules,
                        "--output",
                        context.resolve("jdk").toString())
                .ok();
    }

    private static String newest(Path repository, String plugin) throws IOException {
        Path versions = repository.resolve("org/apache/maven/plugins").resolve(plugin);
        try (Stream<Path> found = Files.list(versions)) {
            return found.filter(version -> Files.exists(version.resolve(plugin + "-" + version.getFileName() + ".jar")))
                    .map(version -> version.getFileName().toString())
                    .max(Comparator.comparing(ModuleDescriptor.Version::parse))
                    .orElseThrow();
        }
    }

    /** Maven, and what it needs for this project, out of the local repository that these tests are built from. */
    private void maven() throws IOException {
        Path repository = Path.of(System.getProperty("localRepository"));
        StringBuilder plugins = new StringBuilder();
        for (String name : List.of("resources", "compiler", "surefire", "jar")) {
            String plugin = "maven-" + name + "-plugin";
            plugins.append("<plugin><artifactId>" + plugin + "</artifactId><version>" + newest(repository, plugin)
                    + "</version></plugin>\n");
        }
        file("project/pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>own</groupId><artifactId>hello</artifactId><version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <build><plugins>
                %s  </plugins></build>
                </project>
                """.formatted(plugins));
        file("settings.xml", """
                <settings><mirrors><mirror>
                  <id>local</id><mirrorOf>*</mirrorOf><url>%s</url>
                </mirror></mirrors></settings>
                """.formatted(repository.toUri()));
        Path home = Path.of(Program.of("sh", "-c", "readlink -f \"$(command -v mvn)\"")
                        .ok())
                .getParent()
                .getParent();
        Program.of("cp", "-rL", home.toString(), context.resolve("maven").toString())
                .ok();
        String[] resolve = {"mvn", "-q", "-B", "-s", "../settings.xml", "-Dmaven.repo.local=../repository", "package"};
        Program.of(resolve).in(context.resolve("project")).run(120).requireOk();
        // They say where each file came from; the repository is to be taken as it is.
        Program.of("find", context.toString(), "-name", "_remote.repositories", "-delete")
                .ok();
        Program.of("rm", "-r", context.resolve("project/target").toString()).ok();
    }

    @Test
    @DisplayName("S38, S60: a program in Java is built by Maven in one stage, and runs in another")
    void multiStageMaven() throws IOException {
        jdk(
                "java.base,java.desktop,java.logging,java.naming,java.xml,jdk.compiler,jdk.jartool,jdk.unsupported,jdk.zipfs");
        file(
                "project/src/main/java/Hello.java",
                "class Hello { public static void main(String[] a) { System.out.println(a[0]); } }\n");
        maven();
        file("Dockerfile", """
                FROM debian AS base
                COPY jdk /opt/jdk
                ENV JAVA_HOME=/opt/jdk PATH=/opt/jdk/bin:$PATH
                FROM base AS build
                COPY maven /opt/maven
                COPY repository /opt/repository
                WORKDIR /build
                COPY project .
                RUN sh /opt/maven/bin/mvn -q -o -B -Dmaven.repo.local=/opt/repository package
                FROM base
                COPY --from=build /build/target/hello-1.jar /
                ENTRYPOINT ["java", "-cp", "/hello-1.jar", "Hello"]
                """);
        build("maven");
        assertThat(engine.runOnce("maven", "hello").ok()).isEqualTo("hello");
    }

    @Test
    @DisplayName("S38, S60: a program in Java is compiled and packed in one stage, and runs in another")
    void multiStageJava() throws IOException {
        jdk("jdk.compiler,jdk.jartool");
        file("src/Hello.java", "class Hello { public static void main(String[] a) { System.out.println(a[0]); } }\n");
        file("Dockerfile", """
                FROM debian AS base
                COPY jdk /opt/jdk
                ENV PATH=/opt/jdk/bin:$PATH
                FROM base AS build
                WORKDIR /build
                COPY src src
                RUN javac -d classes src/*.java && jar -c -f hello.jar -e Hello -C classes .
                FROM base
                COPY --from=build /build/hello.jar /
                ENTRYPOINT ["java", "-jar", "/hello.jar"]
                """);
        build("java");
        assertThat(engine.runOnce("java", "hello").ok()).isEqualTo("hello");
    }

    @Test
    @DisplayName("S38, S39, S41: the seven RUNs that compile a server make seven layers, with dockerd's history")
    void sevenRuns() throws IOException {
        file("redis/server.c", "#include <stdio.h>\nint main(void) { puts(\"ready\"); return 0; }\n");
        file("redis/Makefile", """
                redis-server: server.c
                \tgcc -o $@ $<
                install: redis-server
                \tcp $< /usr/local/bin/
                """);
        Program.of("tar", "-C", context.toString(), "-czf", context + "/redis.tgz", "redis")
                .ok();
        file("Dockerfile", """
                FROM debian
                COPY redis.tgz /redis.tgz
                RUN mkdir -p /usr/src/redis /usr/local/bin
                RUN tar -xzf redis.tgz \\
                    -C /usr/src/redis --strip-components=1
                RUN make -C /usr/src/redis
                RUN make -C /usr/src/redis install
                RUN rm redis.tgz
                RUN rm -r /usr/src/redis
                RUN redis-server >/ready
                CMD ["redis-server"]
                """);
        Function<String[], Program> felucca = words -> engine.docker("1.41", words);
        String ours = history(felucca);
        assertThat(ours).isEqualTo(history(docker::docker));
        assertThat(engine.inspect("redis").path("RootFS").path("Layers")).hasSize(9);
        assertThat(engine.runOnce("redis").ok()).isEqualTo("ready");
    }

    private String history(Function<String[], Program> client) {
        client.apply(new String[] {"build", "-q", "-t", "redis", context.toString()})
                .run()
                .requireOk();
        return withoutDigests(
                client.apply(new String[] {"history", "--no-trunc", "--format", "{{.CreatedBy}}", "redis"})
                        .ok());
    }

    /** The digest that the history of COPY tells is of an archive, which each engine writes in its own way. */
    private static String withoutDigests(String history) {
        return history.replaceAll("file:[0-9a-f]{64}", "file:DIGEST");
    }

    @Test
    @DisplayName("S76, S78: a service with HEALTHCHECK and USER becomes healthy as that user")
    void healthyService() throws IOException {
        file("service", "#!/bin/sh\nid -un\ntouch /app/ready\nexec sleep 1000\n");
        file("Dockerfile", """
                FROM debian
                RUN echo 'app:x:1000:1000::/app:/bin/sh' >/etc/passwd && echo 'app:x:1000:' >/etc/group
                WORKDIR /app
                RUN chown app:app /app
                COPY --chown=app:app --chmod=755 service ./
                USER app
                HEALTHCHECK --interval=1s --timeout=5s --retries=2 CMD test -O /app/ready
                CMD ["./service"]
                """);
        build("service");
        String id = engine.runDetached("service");
        await().untilAsserted(() -> assertThat(engine.inspect(id)
                        .path("State")
                        .path("Health")
                        .path("Status")
                        .asText())
                .isEqualTo("healthy"));
        assertThat(engine.ok("ps")).contains("(healthy)");
        assertThat(engine.ok("logs", id)).isEqualTo("app");
        engine.ok("rm", "-f", id);
    }

    @Test
    @DisplayName("S81, S82: a chain of three images with ONBUILD is built as dockerd builds it")
    void triggersInThreeLevels() throws IOException {
        file("f", "f\n");
        assertThat(chain(words -> engine.docker("1.41", words))).isEqualTo(chain(docker::docker));
    }

    private String chain(Function<String[], Program> client) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (List<String> level : List.of(
                List.of("one", "FROM busybox\nONBUILD COPY f /one\nONBUILD RUN echo one >>/chain\n"),
                List.of("two", "FROM one\nONBUILD ENV LEVEL=three\nONBUILD RUN echo two >>/chain\nRUN test -e /one\n"),
                List.of("three", "FROM two\nRUN echo \"$LEVEL\" >>/chain\nCMD cat /chain\n"))) {
            file("Dockerfile", level.get(1));
            String name = level.get(0);
            client.apply(new String[] {"build", "-q", "-t", name, context.toString()})
                    .run()
                    .requireOk();
            seen.append(client.apply(new String[] {"history", "--no-trunc", "--format", "{{.CreatedBy}}", name})
                            .ok())
                    .append(client.apply(new String[] {
                                "inspect", "--format", "{{json .Config.OnBuild}} {{.Config.Env}}", name
                            })
                            .ok())
                    .append('\n');
        }
        seen.append(client.apply(new String[] {"run", "--rm", "--network", "none", "three"})
                .ok());
        return withoutDigests(seen.toString());
    }
}
