package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The projects of docs/writing-a-driver.md. Of the storage driver's the pom and the contract test are the page's; the
 * driver, of which the page shows the outline, is a copy of vfs under another name. The command of docs/commands.md is
 * in its bundle too. Of the volume driver's all is the page's.
 */
final class ExampleProject {

    private static final String DRIVER_PAGE = "docs/writing-a-driver.md";
    private static final String VOLUME_HEADING = "A volume driver, whole";
    private static final String PACKAGE = "com.example.felucca.storage.example";

    private ExampleProject() {}

    /** @param repository with the sources of vfs */
    static Path writeStorage(Path project, Path repository) throws IOException {
        Path main = Files.createDirectories(project.resolve("src/main/java/" + PACKAGE.replace('.', '/')));
        Path test = Files.createDirectories(project.resolve("src/test/java/" + PACKAGE.replace('.', '/')));
        Files.writeString(project.resolve("pom.xml"), withGogo(Documents.block(DRIVER_PAGE, "A project", 0)));

        Path vfs = repository.resolve("drivers/storage-vfs/src/main/java/io/felucca/storage/vfs");
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(vfs, "*.java")) {
            for (Path source : sources) {
                String renamed = Files.readString(source)
                        .replace("io.felucca.storage.vfs", PACKAGE)
                        .replace("VfsDriver", "ExampleDriver")
                        .replace("name = \"vfs\"", "name = \"example\"");
                String name = source.getFileName().toString().replace("VfsDriver", "ExampleDriver");
                Files.writeString(main.resolve(name), renamed);
            }
        }
        requireOutline(Files.readString(main.resolve("ExampleDriver.java")));

        Files.writeString(
                test.resolve("ExampleDriverContractTest.java"),
                """
                package %s;

                import io.felucca.linux.kernel.files.KernelDirectories;
                import io.felucca.linux.kernel.mounts.KernelMounts;
                import io.felucca.linux.kernel.files.KernelProjectQuotas;
                import io.felucca.storage.spi.StorageDriver;
                import io.felucca.testkit.storage.StorageDriverContract;

                """.formatted(PACKAGE) + Documents.block(DRIVER_PAGE, "Test it with the kit", 0));
        Files.writeString(
                main.resolve("Greeting.java"),
                """
                package %s;

                import org.apache.felix.service.command.CommandSession;
                import org.osgi.service.component.annotations.Component;

                """.formatted(PACKAGE) + Documents.block("docs/commands.md", "A command of your own", 0));
        return project;
    }

    static Path writeVolume(Path project) throws IOException {
        String folder = PACKAGE.replace("storage", "volume").replace('.', '/');
        Path main = Files.createDirectories(project.resolve("src/main/java/" + folder));
        Path test = Files.createDirectories(project.resolve("src/test/java/" + folder));
        Files.writeString(
                project.resolve("pom.xml"),
                Documents.block(DRIVER_PAGE, "A project", 0).replace("storage", "volume"));
        Files.writeString(main.resolve("ExampleDriver.java"), Documents.block(DRIVER_PAGE, VOLUME_HEADING, 0));
        Files.writeString(
                test.resolve("ExampleDriverContractTest.java"), Documents.block(DRIVER_PAGE, VOLUME_HEADING, 1));
        return project;
    }

    private static String withGogo(String pom) {
        int end = pom.lastIndexOf("  </dependencies>");
        return pom.substring(0, end)
                + "<dependency><groupId>org.apache.felix</groupId><artifactId>org.apache.felix.gogo.runtime</artifactId>"
                + "<scope>provided</scope></dependency>\n"
                + pom.substring(end);
    }

    /** What the page shows of the class is what the class has. */
    private static void requireOutline(String source) {
        String squeezed = source.replaceAll("\\s+", "");
        for (String line : Documents.block(DRIVER_PAGE, "A project", 1).lines().toList()) {
            assertThat(squeezed).contains(line.replace("… }", "").replaceAll("\\s+", ""));
        }
    }
}
