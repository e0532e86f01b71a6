package io.felucca.shell.interactive;

import io.felucca.FeluccaException;
import io.felucca.shell.gogo.GogoCommands;
import java.util.List;
import java.util.TreeSet;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, their options, and the names of containers and images. */
final class WordCompleter implements Completer {

    private final CommandSession session;

    WordCompleter(CommandSession session) {
        this.session = session;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> words = line.words().subList(0, line.wordIndex());
        possibilities(words, line.word()).forEach(word -> candidates.add(new Candidate(word)));
    }

    /** What may stand after these words, given how it begins. */
    TreeSet<String> possibilities(List<String> before, String begun) {
        TreeSet<String> found = new TreeSet<>();
        if (before.isEmpty()) {
            found.addAll(GogoCommands.names(session));
            found.add("exit");
        } else {
            try {
                GogoCommands.function(session, before.get(0))
                        .ifPresent(function -> found.addAll(
                                function.completions(before.subList(1, before.size()), begun.startsWith("-"))));
            } catch (FeluccaException e) {
                // A list of names that cannot be had now completes nothing.
                return found;
            }
        }
        found.removeIf(word -> !word.startsWith(begun));
        return found;
    }
}
