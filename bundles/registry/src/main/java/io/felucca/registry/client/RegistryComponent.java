package io.felucca.registry.client;

import io.felucca.images.ImageContent;
import io.felucca.images.ImageReference;
import io.felucca.linux.Hashes;
import io.felucca.registry.Registry;
import io.felucca.registry.http.ProxyRules;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The service. Its settings may change while it works: what has begun goes on by the old ones. */
@Component(service = Registry.class, configurationPid = RegistryConfig.PID)
@Designate(ocd = RegistryConfig.class)
public final class RegistryComponent implements Registry {

    private final RegistryClient client;
    private volatile Sessions sessions;
    private volatile Settings settings;

    @Activate
    public RegistryComponent(@Reference ImageContent content, @Reference Hashes hashes, RegistryConfig config) {
        configure(config);
        client = new RegistryClient(content, hashes, () -> sessions, () -> settings);
    }

    @Modified
    void configure(RegistryConfig config) {
        List<String> mirrors = List.of(config.mirrors());
        List<String> insecure = Stream.of(config.insecure())
                .map(each -> each.replaceFirst("^https?://", ""))
                .toList();
        sessions = new Sessions(
                mirrors,
                insecure,
                Stream.of(config.certificates()).map(Path::of).toList(),
                new ProxyRules(System.getenv()),
                config.silence_millis());
        settings = new Settings(mirrors, insecure);
    }

    @Override
    public Pulled pull(ImageReference reference, String platform, Credentials credentials, Progress progress) {
        return client.pull(reference, platform, credentials, progress);
    }

    @Override
    public void pullAll(ImageReference repository, String platform, Credentials credentials, Progress progress) {
        client.pullAll(repository, platform, credentials, progress);
    }

    @Override
    public Pushed push(ImageReference reference, Credentials credentials, Progress progress) {
        return client.push(reference, credentials, progress);
    }

    @Override
    public void pushAll(ImageReference repository, Credentials credentials, Progress progress) {
        client.pushAll(repository, credentials, progress);
    }

    @Override
    public void login(String server, Credentials credentials) {
        client.login(server, credentials);
    }

    @Override
    public Inspected inspect(ImageReference reference, boolean insecure, Credentials credentials) {
        return client.inspect(reference, insecure, credentials);
    }

    @Override
    public List<Found> search(String term, int limit, Credentials credentials) {
        return client.search(term, limit, credentials);
    }

    @Override
    public Settings settings() {
        return client.settings();
    }
}
