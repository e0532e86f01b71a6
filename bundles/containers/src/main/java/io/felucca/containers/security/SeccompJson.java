package io.felucca.containers.security;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import io.felucca.containers.host.HostFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a profile in Docker's form ({@code --security-opt seccomp=…}) into the OCI runtime spec's. */
public final class SeccompJson {

    /** Many times what Docker's own profile has: 3,000. */
    private static final long MAX_TOKENS = 100_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build());

    private SeccompJson() {}

    /** @throws FeluccaException INVALID for what is no profile */
    public static Map<String, Object> read(String json, Set<String> capabilities, HostFacts facts) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "Decoding seccomp profile failed: " + e.getOriginalMessage(), e);
        }
        if (!root.path("defaultAction").isTextual()) {
            throw FeluccaException.invalid("Decoding seccomp profile failed: it has no defaultAction");
        }
        if (root.path("architectures").size() > 0 && root.path("archMap").size() > 0) {
            throw FeluccaException.invalid("'architectures' and 'archMap' were specified in the seccomp profile,"
                    + " use either 'architectures' or 'archMap'");
        }
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("defaultAction", root.path("defaultAction").textValue());
        if (root.path("defaultErrnoRet").isInt()) {
            profile.put("defaultErrnoRet", root.path("defaultErrnoRet").intValue());
        }
        List<String> architectures = architectures(root, facts);
        if (!architectures.isEmpty()) {
            profile.put("architectures", architectures);
        }
        if (root.path("flags").size() > 0) {
            profile.put("flags", texts(root.path("flags")));
        }
        List<Object> calls = new ArrayList<>();
        for (JsonNode call : root.path("syscalls")) {
            if (included(call.path("includes"), capabilities, facts)
                    && !excluded(call.path("excludes"), capabilities, facts)) {
                calls.add(call(call));
            }
        }
        profile.put("syscalls", calls);
        return profile;
    }

    private static List<String> architectures(JsonNode root, HostFacts facts) {
        if (root.path("architectures").size() > 0) {
            return texts(root.path("architectures"));
        }
        List<String> own = SeccompRules.architectures(facts.architecture());
        for (JsonNode entry : root.path("archMap")) {
            if (!own.isEmpty() && own.get(0).equals(entry.path("architecture").asText())) {
                List<String> all = new ArrayList<>(List.of(own.get(0)));
                all.addAll(texts(entry.path("subArchitectures")));
                return all;
            }
        }
        return List.of();
    }

    private static boolean included(JsonNode filter, Set<String> capabilities, HostFacts facts) {
        List<String> arches = texts(filter.path("arches"));
        return (arches.isEmpty() || arches.contains(facts.architecture()))
                && capabilities.containsAll(texts(filter.path("caps")))
                && (!filter.path("minKernel").isTextual() || kernel(filter, facts));
    }

    private static boolean excluded(JsonNode filter, Set<String> capabilities, HostFacts facts) {
        return texts(filter.path("arches")).contains(facts.architecture())
                || texts(filter.path("caps")).stream().anyMatch(capabilities::contains)
                || filter.path("minKernel").isTextual() && kernel(filter, facts);
    }

    private static boolean kernel(JsonNode filter, HostFacts facts) {
        String text = filter.path("minKernel").textValue();
        if (!text.matches("[0-9]{1,4}\\.[0-9]{1,4}")) {
            throw FeluccaException.invalid("Decoding seccomp profile failed: invalid kernel version: " + text);
        }
        String[] version = text.split("\\.");
        return facts.kernelIsAtLeast(Integer.parseInt(version[0]), Integer.parseInt(version[1]));
    }

    private static Map<String, Object> call(JsonNode node) {
        List<String> names = texts(node.path("names"));
        if (node.path("name").isTextual()) {
            if (!names.isEmpty()) {
                throw FeluccaException.invalid(
                        "'name' and 'names' were specified in the seccomp profile, use either 'name' or 'names'");
            }
            names = List.of(node.path("name").textValue());
        }
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("names", names);
        call.put("action", node.path("action").asText());
        if (node.path("errnoRet").isInt()) {
            call.put("errnoRet", node.path("errnoRet").intValue());
        }
        List<Object> arguments = new ArrayList<>();
        for (JsonNode argument : node.path("args")) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("index", argument.path("index").intValue());
            values.put("value", argument.path("value").longValue());
            values.put("valueTwo", argument.path("valueTwo").longValue());
            values.put("op", argument.path("op").asText());
            arguments.add(values);
        }
        if (!arguments.isEmpty()) {
            call.put("args", arguments);
        }
        return call;
    }

    private static List<String> texts(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(element -> result.add(element.asText()));
        return result;
    }
}
