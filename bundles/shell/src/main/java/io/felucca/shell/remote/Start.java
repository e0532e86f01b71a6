package io.felucca.shell.remote;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.docker.json.DockerJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The first frame: what is asked for, and by whom.
 *
 * @param env those variables of the user's environment that the words name, for {@code -e NAME}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Start(
        List<String> words,
        String cwd,
        String term,
        String lang,
        boolean stdinTty,
        boolean stdoutTty,
        boolean stderrTty,
        int columns,
        int rows,
        Map<String, String> env) {

    private static final ObjectMapper MAPPER = DockerJson.mapper();

    Start {
        words = words == null ? List.of() : List.copyOf(words);
        cwd = cwd == null || cwd.isEmpty() ? "/" : cwd;
        term = term == null ? "" : term;
        lang = lang == null ? "" : lang;
        env = env == null ? Map.of() : env;
        columns = columns <= 0 ? 80 : columns;
        rows = rows <= 0 ? 24 : rows;
    }

    static Start parse(Frame frame) throws IOException {
        if (frame.type() != FrameTypes.START) {
            throw new IOException("the first frame is of type " + frame.type() + ", not START");
        }
        try {
            return MAPPER.readValue(frame.payload().array(), 0, frame.payload().limit(), Start.class);
        } catch (JsonProcessingException e) {
            throw new IOException("START frame is not the JSON that it should be: " + e.getOriginalMessage(), e);
        }
    }
}
