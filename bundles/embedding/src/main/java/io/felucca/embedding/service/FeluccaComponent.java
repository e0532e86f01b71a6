package io.felucca.embedding.service;

import io.felucca.builder.Builder;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.embedding.ContainerHandle;
import io.felucca.embedding.Felucca;
import io.felucca.embedding.NewContainer;
import io.felucca.embedding.NewImage;
import io.felucca.events.Event;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Lends its threads, which end when they have been idle for a minute, to asynchronous calls and to streams. */
@Component
public final class FeluccaComponent implements Felucca {

    @Reference(cardinality = ReferenceCardinality.OPTIONAL)
    private volatile Registry registry;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL)
    private volatile Builder builder;

    private final Events events;
    private final EmbeddingContext context;

    @Activate
    public FeluccaComponent(@Reference Containers containers, @Reference Images images, @Reference Events events) {
        this.events = events;
        AtomicInteger number = new AtomicInteger();
        this.context = new EmbeddingContext(
                containers, images, () -> registry, () -> builder, Executors.newCachedThreadPool(task -> {
                    Thread thread = new Thread(task, "felucca-embedding-" + number.incrementAndGet());
                    // So that the program's JVM may end.
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    @Override
    public NewContainer container(String image) {
        return new ContainerRequest(context, image);
    }

    @Override
    public ContainerHandle get(String name) {
        return new EmbeddedContainer(context.containers().get(name).id(), context);
    }

    @Override
    public List<ContainerHandle> containers() {
        return context.containers().list(true, Map.of()).stream()
                .map(Container::id)
                .<ContainerHandle>map(id -> new EmbeddedContainer(id, context))
                .toList();
    }

    @Override
    public NewImage image(String reference) {
        return new ImageRequest(context, reference);
    }

    @Override
    public Stream<Event> events() {
        // Events that come before the thread follows are remembered, and given first.
        Events.Query query = new Events.Query(Instant.now(), null, Map.of());
        return BlockingStream.of(
                context.threads(),
                stream -> events.follow(query, new Events.Sink() {
                    @Override
                    public boolean accept(Event event) {
                        return stream.give(event);
                    }

                    @Override
                    public boolean wantsMore() {
                        return stream.isWanted();
                    }
                }));
    }

    @Deactivate
    void stop() {
        context.threads().shutdownNow();
    }
}
