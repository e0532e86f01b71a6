package io.felucca.shell.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a template is applied to. JSON does not say what Go's types do: whether a name that is absent is a struct's empty
 * field, a map's missing key or a mistake; the few names for which it matters are listed here.
 */
final class Data {

    /** Go's nil of some type, which shows in how it prints. */
    record Nil(String printed) {
        @Override
        public String toString() {
            return printed;
        }
    }

    static final Nil NIL = new Nil("<nil>");

    /** A map's missing entry. */
    static final Nil NO_VALUE = new Nil("<no value>");

    private static final Nil NIL_LIST = new Nil("[]");
    private static final Nil NIL_MAP = new Nil("map[]");

    private static final Set<String> MAPS = Set.of(
            "Attributes",
            "Labels",
            "Volumes",
            "ExposedPorts",
            "PortBindings",
            "Ports",
            "Networks",
            "Data",
            "Sysctls",
            "Tmpfs",
            "Annotations",
            "Options",
            "DriverOpts");

    private static final Set<String> LISTS = Set.of(
            "Entrypoint",
            "Cmd",
            "Env",
            "OnBuild",
            "Shell",
            "ExecIDs",
            "Binds",
            "VolumesFrom",
            "CapAdd",
            "CapDrop",
            "Dns",
            "DnsOptions",
            "DnsSearch",
            "ExtraHosts",
            "GroupAdd",
            "Links",
            "SecurityOpt",
            "Devices",
            "DeviceCgroupRules",
            "DeviceRequests",
            "Ulimits",
            "Mounts",
            "MaskedPaths",
            "ReadonlyPaths",
            "BlkioWeightDevice",
            "RepoTags",
            "RepoDigests",
            "Args",
            "Layers",
            "Test");

    /** Fields that Docker's JSON leaves out when they are empty. */
    private static final Set<String> OPTIONAL =
            Set.of("Health", "Healthcheck", "StopTimeout", "SizeRw", "SizeRootFs", "Shell", "Annotations", "Variant");

    /**
     * An object or an array.
     *
     * @param name the field that holds it, or empty
     */
    record Tree(String name, JsonNode node) {

        boolean isMap() {
            return MAPS.contains(name);
        }
    }

    /**
     * A line of a list: exactly these fields.
     *
     * @param type what Go's error messages call it
     * @param whole what {@code {{json .}}} writes, where that is not just the fields; else null
     * @param struct whether JSON has the fields in their order, as of a Go struct; else sorted, as of a Go map
     */
    record Row(String type, Map<String, Object> fields, JsonNode whole, boolean struct) {}

    private Data() {}

    static Object of(Object value) {
        return value instanceof JsonNode node ? of("", node) : value == null ? NIL : value;
    }

    private static Object of(String name, JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return NO_VALUE;
        }
        if (node.isNull()) {
            return MAPS.contains(name) ? NIL_MAP : LISTS.contains(name) ? NIL_LIST : NIL;
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        return node.isNumber() ? node.doubleValue() : new Tree(name, node);
    }

    /** A field, or empty when there is no such thing. */
    static Optional<Object> field(Object value, String name) {
        if (value instanceof Row row) {
            return Optional.ofNullable(row.fields().get(name)).map(Data::of);
        }
        if (value instanceof Tree tree && tree.node().isObject()) {
            JsonNode found = tree.node().get(name);
            if (found != null) {
                return Optional.of(of(name, found));
            }
            if (tree.isMap()) {
                return Optional.of(NO_VALUE);
            }
            return OPTIONAL.contains(name) ? Optional.of(name.equals("Variant") ? "" : NIL) : Optional.empty();
        }
        return value == NIL_MAP ? Optional.of(NO_VALUE) : Optional.empty();
    }

    /** The elements of a list, or empty when it is none. */
    static Optional<List<Object>> list(Object value) {
        if (value instanceof List<?> list) {
            return Optional.of(new ArrayList<>(list));
        }
        if (value == NIL_LIST) {
            return Optional.of(List.of());
        }
        if (value instanceof Tree tree && tree.node().isArray()) {
            List<Object> list = new ArrayList<>();
            tree.node().forEach(element -> list.add(of("", element)));
            return Optional.of(list);
        }
        return Optional.empty();
    }

    /** The entries of a map by key, sorted as Go ranges over them, or empty when it is none. */
    static Optional<TreeMap<String, Object>> map(Object value) {
        if (value instanceof Row row) {
            TreeMap<String, Object> map = new TreeMap<>();
            row.fields().forEach((key, element) -> map.put(key, of(element)));
            return Optional.of(map);
        }
        if (value == NIL_MAP) {
            return Optional.of(new TreeMap<>());
        }
        if (value instanceof Tree tree && tree.node().isObject()) {
            TreeMap<String, Object> map = new TreeMap<>();
            tree.node().properties().forEach(entry -> map.put(entry.getKey(), of(entry.getKey(), entry.getValue())));
            return Optional.of(map);
        }
        return Optional.empty();
    }

    /** Go's truth: everything but the empty values. */
    static boolean truth(Object value) {
        if (value instanceof Nil) {
            return false;
        }
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof Tree tree) {
            return !tree.node().isEmpty() || tree.node().isObject() && !tree.isMap();
        }
        return !(value instanceof List<?> list && list.isEmpty());
    }

    /** What Go's messages call it. */
    static String type(Object value) {
        if (value instanceof Row row) {
            return row.type();
        }
        if (value instanceof String) {
            return "string";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Double) {
            return "float64";
        }
        if (value instanceof Number) {
            return "int";
        }
        return list(value).isPresent() ? "[]interface {}" : map(value).isPresent() ? "map[string]interface {}" : "nil";
    }

    /** As Go's {@code %v} prints it. */
    static String print(Object value) {
        Optional<List<Object>> list = list(value);
        if (list.isPresent()) {
            StringBuilder text = new StringBuilder("[");
            list.get()
                    .forEach(element ->
                            text.append(text.length() == 1 ? "" : " ").append(print(element)));
            return text.append(']').toString();
        }
        Optional<TreeMap<String, Object>> map = map(value);
        if (map.isPresent()) {
            StringBuilder text = new StringBuilder("map[");
            map.get()
                    .forEach((key, element) -> text.append(text.length() == 4 ? "" : " ")
                            .append(key)
                            .append(':')
                            .append(print(element)));
            return text.append(']').toString();
        }
        return value instanceof Double number ? GoFormat.shortest(number) : String.valueOf(value);
    }
}
