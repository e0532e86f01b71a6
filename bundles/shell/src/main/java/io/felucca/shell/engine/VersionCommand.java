package io.felucca.shell.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.system.SystemJson;
import io.felucca.engine.EngineVersion;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.template.Template;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code version}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Show the Felucca version information")
final class VersionCommand implements Command {

    private static final int WRONG_TEMPLATE = 64;

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final EngineVersion engine;

    VersionCommand(EngineVersion engine) {
        this.engine = engine;
    }

    @Override
    public int run(ClientSession user) {
        EngineVersion.Version version = engine.version();
        if (format.isEmpty()) {
            user.out().print(text(version));
            return 0;
        }
        ObjectNode root = DockerJson.mapper().createObjectNode();
        root.set("Server", SystemJson.version(version));
        Template template;
        try {
            template = Template.parse(format.equals("json") ? "{{json .}}" : format);
        } catch (FeluccaException e) {
            throw new CommandFailure(WRONG_TEMPLATE, "template parsing error: " + e.getMessage(), e);
        }
        try {
            user.out().println(template.apply(root));
            return 0;
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
    }

    private static String text(EngineVersion.Version version) {
        return "Server: Felucca\n Engine:\n"
                + "  Version:          " + version.version() + "\n"
                + "  API version:      " + EngineVersion.API_VERSION + " (minimum version "
                + EngineVersion.MIN_API_VERSION + ")\n"
                + "  Java version:     " + version.javaVersion() + "\n"
                + "  Git commit:       " + version.gitCommit() + "\n"
                + "  Built:            " + version.buildTime() + "\n"
                + "  OS/Arch:          " + version.os() + "/" + version.arch() + "\n"
                + "  Kernel version:   " + version.kernelVersion() + "\n";
    }
}
