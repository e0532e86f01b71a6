package io.felucca.embedding.service;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.containers.HostConfig;
import io.felucca.embedding.NewImage;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Builds the requests of pulls, imports and builds. */
final class ImageRequest implements NewImage {

    private final EmbeddingContext context;
    private final String reference;

    private final Map<String, String> arguments = new LinkedHashMap<>();
    private String platform = "";
    private Credentials credentials = Credentials.NONE;
    private LineListener progress = new LineListener(line -> {});

    ImageRequest(EmbeddingContext context, String reference) {
        this.context = context;
        this.reference = reference;
    }

    @Override
    public NewImage platform(String name) {
        platform = name;
        return this;
    }

    @Override
    public NewImage login(String user, String password) {
        credentials = new Credentials(user, password, "", "");
        return this;
    }

    @Override
    public NewImage argument(String name, String value) {
        arguments.put(name, value);
        return this;
    }

    @Override
    public NewImage progress(Consumer<String> listener) {
        progress = new LineListener(listener);
        return this;
    }

    @Override
    public Image pull() {
        Registry registry = there(context.registry().get(), "pull", "io.felucca.registry");
        return image(registry.pull(ImageReference.parse(reference), platform, credentials, progress)
                .image());
    }

    private <T> T there(T service, String work, String bundle) {
        if (service == null) {
            throw FeluccaException.unavailable(
                    work + " " + reference + ": the bundle " + bundle + " is not there; install and start it");
        }
        return service;
    }

    private Image image(Digest id) {
        return context.images().get(id.toString());
    }

    @Override
    public CompletableFuture<Image> pullAsync() {
        return context.async(this::pull);
    }

    @Override
    public Image importRootfs(InputStream archive) {
        Images.Import wanted = new Images.Import(reference, List.of(), "", platform);
        return image(context.images().importRootfs(archive, wanted, Images.Progress.NONE));
    }

    @Override
    public Image build(String dockerfile) {
        return build(dockerfile, Builder.Context.empty());
    }

    @Override
    public Image build(InputStream archive) {
        return build("", Builder.Context.of(archive));
    }

    private Image build(String dockerfile, Builder.Context files) {
        Builder builder = there(context.builder().get(), "build", "io.felucca.builder");
        Builder.Request request = new Builder.Request(
                "",
                dockerfile,
                List.of(reference),
                arguments,
                "",
                false,
                false,
                true,
                true,
                Map.of(),
                HostConfig.DEFAULT,
                platform,
                List.of(),
                false,
                Map.of(),
                Map.of(),
                image -> credentials);
        try {
            return image(builder.build(request, files, progress));
        } catch (IOException e) {
            throw FeluccaException.system("build " + reference + ": read the context: " + e.getMessage(), e);
        } catch (Builder.StepFailure e) {
            throw FeluccaException.system("build " + reference + ": " + e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<Image> buildAsync(InputStream archive) {
        return context.async(() -> build(archive));
    }
}
