package io.felucca.shell.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import io.felucca.docker.json.DockerJson;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.template.Template;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;

/** What {@code inspect} does with each of its names: all that are there are shown, then the errors, exit code 1. */
public final class Inspection {

    private static final int WRONG_TEMPLATE = 64;

    private static final ObjectMapper MAPPER = DockerJson.mapper();

    private Inspection() {}

    /** Finds an object by name. */
    public interface Finder {
        /**
         * @throws CommandFailure with the line to print when it is not there
         * @throws FeluccaException of the engine, shown as its answer
         */
        JsonNode find(String name);
    }

    /** @param format a template, {@code json}, or empty for indented JSON */
    public static int run(List<String> names, String format, ClientSession user, Finder finder) {
        Template template = format.isEmpty() || format.equals("json") ? null : parse(format);
        List<JsonNode> found = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            try {
                JsonNode object = find(finder, name);
                found.add(object);
                if (template != null) {
                    text.append(template.apply(object)).append('\n');
                }
            } catch (CommandFailure e) {
                errors.add(e.getMessage());
            } catch (FeluccaException e) {
                user.out().print(text.append('\n'));
                throw new CommandFailure(1, "template parsing error: " + e.getMessage(), e);
            }
        }
        if (template == null) {
            text.append(format.isEmpty() ? IndentedJson.of(MAPPER.valueToTree(found), "    ") : Template.json(found))
                    .append('\n');
        }
        user.out().print(text);
        user.out().flush();
        if (!errors.isEmpty()) {
            throw CommandFailure.of(errors);
        }
        return 0;
    }

    private static JsonNode find(Finder finder, String name) {
        try {
            return finder.find(name);
        } catch (FeluccaException e) {
            throw failure(e);
        }
    }

    /** As docker shows what the engine says. */
    public static CommandFailure failure(FeluccaException e) {
        return new CommandFailure(1, "Error response from daemon: " + e.getMessage(), e);
    }

    private static Template parse(String format) {
        try {
            return Template.parse(format);
        } catch (FeluccaException e) {
            throw new CommandFailure(WRONG_TEMPLATE, "template parsing error: " + e.getMessage(), e);
        }
    }
}
