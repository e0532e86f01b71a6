package io.felucca.shell.build;

import io.felucca.builder.Builder.SshAgent;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --ssh default} and {@code --ssh NAME=SOCKET|KEY[,KEY]}, in the words of Docker's BuildKit command. */
final class AgentWords {

    private AgentWords() {}

    /** The agents by id. */
    static Map<String, SshAgent> read(List<String> words, ClientSession user) {
        Map<String, SshAgent> agents = new LinkedHashMap<>();
        for (String word : words) {
            String[] idAndSources = word.split("=", 2);
            String id = idAndSources[0].isEmpty() ? "default" : idAndSources[0];
            if (agents.containsKey(id)) {
                throw failed(words, "invalid duplicate ID " + id, null);
            }
            try {
                agents.put(id, user.openAgent(idAndSources.length < 2 ? "" : idAndSources[1]));
            } catch (IOException e) {
                throw failed(words, e.getMessage(), e);
            }
        }
        return agents;
    }

    private static CommandFailure failed(List<String> words, String reason, IOException cause) {
        return new CommandFailure(1, "could not parse ssh: [" + String.join(" ", words) + "]: " + reason, cause);
    }
}
