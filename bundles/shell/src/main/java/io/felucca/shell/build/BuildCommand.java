package io.felucca.shell.build;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.builder.Builder.StepFailure;
import io.felucca.images.Layers;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.command.Values;
import io.felucca.shell.registry.RegistryLogins;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code build} */
@picocli.CommandLine.Command(
        customSynopsis = "[OPTIONS] PATH | URL | -",
        description = "Build an image from a Dockerfile")
final class BuildCommand implements Command {

    private static final String STREAM = "-";

    @Mixin
    BuildLimits limits = new BuildLimits();

    @Option(names = "--build-arg", description = "Set build-time variables")
    List<String> buildArgs = new ArrayList<>();

    @Option(names = "--cache-from", split = ",", description = "Images to consider as cache sources")
    List<String> cacheFrom = new ArrayList<>();

    @NotBuilt("the context goes over a socket of this machine")
    @Option(names = "--compress", arity = "1", description = "Compress the build context using gzip")
    boolean compress;

    @Option(
            names = "--disable-content-trust",
            arity = "1",
            converter = Values.WithoutContentTrust.class,
            description = "Skip image verification (default true)")
    boolean disableContentTrust = true;

    @Option(
            names = {"-f", "--file"},
            description = "Name of the Dockerfile (Default is 'PATH/Dockerfile')")
    String file = "";

    @Option(names = "--force-rm", arity = "1", description = "Always remove intermediate containers")
    boolean forceRemove;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(names = "--iidfile", description = "Write the image ID to the file")
    String idFile = "";

    @NotBuilt
    @Option(names = "--isolation", description = "Container isolation technology")
    String isolation;

    @Option(names = "--label", description = "Set metadata for an image")
    List<String> labels = new ArrayList<>();

    @Option(names = "--no-cache", arity = "1", description = "Do not use cache when building the image")
    boolean noCache;

    @Option(
            names = {"-o", "--output"},
            description = "Output destination (format: type=local,dest=path)")
    List<String> output = new ArrayList<>();

    @Option(names = "--platform", description = "Set platform if server is multi-platform capable")
    String platform = "";

    @Option(
            names = "--progress",
            description = "Set type of progress output (auto, plain, tty). Use plain to show container output")
    String progress = "auto";

    @Option(names = "--pull", arity = "1", description = "Always attempt to pull a newer version of the image")
    boolean pull;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress the build output and print image ID on success")
    boolean quiet;

    @Option(
            names = "--rm",
            arity = "1",
            description = "Remove intermediate containers after a successful build (default true)")
    boolean remove = true;

    @Option(names = "--secret", description = "Secret file to expose to the build")
    List<String> secrets = new ArrayList<>();

    @Option(names = "--squash", arity = "1", description = "Squash newly built layers into a single new layer")
    boolean squash;

    @Option(names = "--ssh", description = "SSH agent socket or keys to expose to the build")
    List<String> ssh = new ArrayList<>();

    @Option(
            names = {"-t", "--tag"},
            description = "Name and optionally a tag in the 'name:tag' format")
    List<String> tags = new ArrayList<>();

    @Option(names = "--target", description = "Set the target build stage to build.")
    String target = "";

    @Parameters
    List<String> words = new ArrayList<>();

    private final Supplier<Builder> builder;
    private final Supplier<Layers> layers;

    BuildCommand(Supplier<Builder> builder, Supplier<Layers> layers) {
        this.builder = builder;
        this.layers = layers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        String path = words.get(0);
        boolean stream = path.equals(STREAM);
        if (stream && file.equals(STREAM)) {
            throw new CommandFailure(1, "invalid argument: can't use stdin for both build context and dockerfile");
        }
        UserContext context;
        if (stream) {
            context = UserContext.standardInput(user.in(), layers.get());
        } else {
            context = UserContext.of(path, user);
        }
        Builder.Request request = request(user, path, context);
        BuildOutputs outputs = BuildOutputs.read(output, user);
        BuildLines lines = new BuildLines(
                user, outputs.isStream() ? user.err() : user.out(), style(user, outputs), context::bytes);
        Digest image;
        try (ClientSession.Ending watching = user.onGone(lines::leave);
                ClientSession.Ending view = lines::endView) {
            image = builder.get().build(request, context, lines);
            lines.succeed();
            outputs.write(image, builder.get(), user);
        } catch (StepFailure e) {
            lines.fail(e.getMessage());
            return e.code();
        } catch (FeluccaException e) {
            lines.fail((lines.hasBegun() ? "" : "Error response from daemon: ") + e.getMessage());
            return 1;
        }
        if (!idFile.isEmpty()) {
            try (OutputStream written = user.openWrite(idFile)) {
                written.write(image.value().getBytes(StandardCharsets.US_ASCII));
            }
        }
        if (quiet && !outputs.isStream()) {
            user.out().println(image);
        }
        return 0;
    }

    private BuildLines.Style style(ClientSession user, BuildOutputs outputs) {
        boolean terminal = user.isTerminal(Stream.OUT) && !outputs.isStream();
        if (!List.of("auto", "plain", "tty").contains(progress)) {
            throw new CommandFailure(1, "invalid progress mode \"" + progress + "\": give auto, plain or tty");
        }
        if (quiet) {
            return BuildLines.Style.QUIET;
        }
        if (progress.equals("tty") && !terminal) {
            throw new CommandFailure(1, "failed to get console: provided file is not a console");
        }
        return terminal && !progress.equals("plain") ? BuildLines.Style.STEPS : BuildLines.Style.PLAIN;
    }

    private Builder.Request request(ClientSession user, String path, UserContext context) throws IOException {
        String inContext = file;
        String text = context.dockerfile();
        if (file.equals(STREAM)) {
            inContext = "";
            text = UserContext.text(user.in());
        } else if (!file.isEmpty() && context.chooses()) {
            Path folder = Path.of(user.directory());
            Path root = folder.resolve(path).normalize();
            Path asked = folder.resolve(file).normalize();
            if (asked.startsWith(root)) {
                inContext = root.relativize(asked).toString();
            } else {
                inContext = "";
                try (InputStream there = user.openRead(file)) {
                    text = UserContext.text(there);
                } catch (IOException e) {
                    throw new CommandFailure(1, "unable to prepare context: " + e.getMessage(), e);
                }
            }
        }
        return new Builder.Request(
                inContext,
                text,
                tags,
                arguments(user),
                target,
                noCache,
                pull,
                remove || forceRemove,
                forceRemove,
                Pairs.of(labels),
                limits.hostConfig(user),
                platform,
                cacheFrom,
                squash,
                SecretWords.read(secrets, user),
                AgentWords.read(ssh, user),
                reference -> RegistryLogins.of(reference, user));
    }

    /** An argument without a value has that of the user's environment, or none. */
    private Map<String, String> arguments(ClientSession user) {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String word : buildArgs) {
            int equals = word.indexOf('=');
            arguments.put(
                    equals < 0 ? word : word.substring(0, equals),
                    equals < 0 ? user.variable(word).orElse(null) : word.substring(equals + 1));
        }
        return arguments;
    }
}
