package io.felucca.itests.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.fixture.EngineUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes request bodies of one endpoint: each field absent, null, at its default and set, one field at a time, and several
 * at once by a seeded choice.
 */
public final class BodyGenerator {

    private final String target;
    private final String base;
    private final String undo;
    private final Map<String, List<String>> fields = new LinkedHashMap<>();

    private BodyGenerator(String[] words) {
        target = words[2];
        base = words[3];
        undo = String.join(" ", List.of(words).subList(4, words.length));
    }

    /** The endpoints of bodies.txt. */
    public static List<BodyGenerator> all() {
        List<BodyGenerator> all = new ArrayList<>();
        for (String line : lines("bodies.txt")) {
            String[] words = line.split(" ");
            if (line.startsWith("= ")) {
                all.add(new BodyGenerator(words));
                continue;
            }
            List<String> values = new ArrayList<>(List.of("null"));
            for (String value : List.of(words).subList(1, words.length)) {
                values.add(value.replace('~', ' '));
            }
            all.get(all.size() - 1).fields.put(words[0], values);
        }
        return all;
    }

    /** The lines of a resource beside bodies.txt that say something. */
    public static List<String> lines(String resource) {
        try (InputStream in = BodyGenerator.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Path and query of a POST. */
    public String target() {
        return target;
    }

    /** Method, target and body, apart by blanks, that undo what the request did; or empty. */
    public String undo() {
        return undo;
    }

    /** One field at a time; the first has none. */
    public List<String> single() {
        List<String> bodies = new ArrayList<>(List.of(base));
        fields.forEach((path, values) -> values.forEach(
                value -> bodies.add(with(object(base), path, value).toString())));
        return bodies;
    }

    /** A quarter of the fields at once. */
    public List<String> mixed(Random random, int count) {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode body = object(base);
            fields.forEach((path, values) -> {
                if (random.nextInt(4) == 0) {
                    with(body, path, values.get(random.nextInt(values.size())));
                }
            });
            bodies.add(body.toString());
        }
        return bodies;
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) EngineUnderTest.json(json);
    }

    private static ObjectNode with(ObjectNode body, String path, String value) {
        ObjectNode object = body;
        String[] names = path.split("\\.");
        for (int i = 0; i + 1 < names.length; i++) {
            JsonNode inner = object.get(names[i]);
            object = inner instanceof ObjectNode found ? found : object.putObject(names[i]);
        }
        object.set(names[names.length - 1], EngineUnderTest.json(value));
        return body;
    }
}
