package io.felucca.builder.context;

import io.felucca.builder.Builder.Context;
import io.felucca.builder.Builder.Excerpt;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.Builder.Selection;
import io.felucca.builder.plan.Plan;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A context that has been received, and what its Dockerfile says.
 *
 * @param folder has what is not ignored
 * @param text of the Dockerfile
 */
public record ReceivedContext(Path folder, String text, Dockerfile dockerfile, Plan plan) {

    private static final int LINES_AROUND = 2;

    public static ReceivedContext receive(
            Services services, BuildFolder work, Request request, Context context, Output output) throws IOException {
        Path first = work.newFolder();
        String given = request.text();
        Selection wanted =
                context.chooses() ? new Selection(ContextFiles.first(request.dockerfile()), "") : Selection.ALL;
        if (context.remote().isEmpty()) {
            extract(services, first, context, wanted);
        } else {
            String alone = new RemoteContext(services, work, output).fetch(context.remote(), first);
            given = given.isEmpty() ? alone : given;
        }
        String text;
        String ignored;
        try (Directory root = services.directories().open(first)) {
            text = given.isEmpty() ? ContextFiles.dockerfile(root, request.dockerfile()) : given;
            ignored = ContextFiles.ignored(root, request.dockerfile());
        }
        Dockerfile dockerfile =
                Dockerfile.parse(request.dockerfile().isEmpty() ? "Dockerfile" : request.dockerfile(), text);
        ContextFiles.patterns(ignored);
        Plan plan = Plan.of(dockerfile, request.target()).labelled(request.labels());
        Path folder = context.chooses() ? rest(services, work, context, plan, ignored) : first;
        try (Directory root = services.directories().open(folder)) {
            ContextFiles.removeIgnored(root, ignored);
        }
        return new ReceivedContext(folder, text, dockerfile, plan);
    }

    private static Path rest(Services services, BuildFolder work, Context context, Plan plan, String ignored)
            throws IOException {
        Path folder = work.newFolder();
        Optional<List<String>> needs = new Needs(services.images()).of(plan);
        if (needs.isEmpty() || !needs.get().isEmpty()) {
            extract(services, folder, context, new Selection(needs.orElse(List.of()), ignored));
        }
        return folder;
    }

    private static void extract(Services services, Path folder, Context context, Selection wanted) throws IOException {
        try (InputStream archive = context.open(wanted)) {
            services.archives().extract(folder, archive);
        }
    }

    /** The lines of a step, and some around it. */
    public Excerpt excerpt(String name, Step step) {
        List<String> lines = List.of(text.split("\r?\n", -1));
        int from = Math.max(1, step.firstLine() - LINES_AROUND);
        int to = Math.min(lines.size(), step.lastLine() + LINES_AROUND);
        while (to > step.lastLine() && lines.get(to - 1).isEmpty()) {
            to--;
        }
        List<String> shown = from > to ? List.of() : lines.subList(from - 1, to);
        return new Excerpt(name, from, List.copyOf(shown), step.firstLine(), step.lastLine());
    }
}
