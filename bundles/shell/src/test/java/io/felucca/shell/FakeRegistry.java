package io.felucca.shell;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A registry in memory that writes down what it is asked for. */
public final class FakeRegistry implements Registry {

    private static final Digest DIGEST = new Digest("sha256:" + "a".repeat(64));

    public final List<String> calls = new ArrayList<>();
    public final List<Credentials> credentials = new ArrayList<>();
    public final Map<String, Inspected> manifests = new HashMap<>();
    public List<Found> found = List.of();
    public FeluccaException failure;
    public Runnable onPull = () -> {};

    private void called(String call, Credentials by) {
        calls.add(call);
        credentials.add(by);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Pulled pull(ImageReference reference, String platform, Credentials by, Progress progress) {
        called("pull " + reference + " " + platform, by);
        progress.status("latest", "Pulling from library/x");
        progress.status("", "Status: Downloaded newer image");
        onPull.run();
        return new Pulled(DIGEST, DIGEST, true);
    }

    @Override
    public void pullAll(ImageReference repository, String platform, Credentials by, Progress progress) {
        called("pullAll " + repository.repository(), by);
    }

    @Override
    public Pushed push(ImageReference reference, Credentials by, Progress progress) {
        called("push " + reference, by);
        return new Pushed(DIGEST, 1);
    }

    @Override
    public void pushAll(ImageReference repository, Credentials by, Progress progress) {
        called("pushAll " + repository.repository(), by);
    }

    @Override
    public void login(String server, Credentials by) {
        called("login " + server, by);
    }

    @Override
    public Inspected inspect(ImageReference reference, boolean insecure, Credentials by) {
        called("inspect " + reference + (insecure ? " insecure" : ""), by);
        Inspected there = manifests.get(reference.toString());
        if (there == null) {
            throw FeluccaException.notFound("manifest for " + reference.familiar() + " not found");
        }
        return there;
    }

    @Override
    public List<Found> search(String term, int limit, Credentials by) {
        called("search " + term + " " + limit, by);
        return found;
    }

    @Override
    public Settings settings() {
        return new Settings(List.of(), List.of());
    }
}
