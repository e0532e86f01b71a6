package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.engine.EngineVersion;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.template.Template;
import io.felucca.shell.user.ClientSession;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code info}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Display system-wide information")
final class InfoCommand implements Command {

    private static final int WRONG_TEMPLATE = 64;
    private static final int API_MINOR = Integer.parseInt(EngineVersion.API_VERSION.substring(2));

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    private final InfoJson.Sources sources;
    private final Clock clock;

    InfoCommand(InfoJson.Sources sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    @Override
    public int run(ClientSession user) {
        JsonNode info = InfoJson.write(sources, clock.instant(), API_MINOR);
        if (format.isEmpty()) {
            user.out().print(InfoText.of(info));
            info.path("Warnings").forEach(warning -> user.err().println(warning.asText()));
            return 0;
        }
        try {
            String wanted = format.equals("json") ? "{{json .}}" : format;
            user.out().println(Template.parse(wanted).apply(info));
            return 0;
        } catch (FeluccaException e) {
            throw new CommandFailure(WRONG_TEMPLATE, "template parsing error: " + e.getMessage(), e);
        }
    }
}
