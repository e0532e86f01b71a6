package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads fields of an object as Go's encoding/json does and says which one has the wrong type. Names match without regard
 * to case, and of several that match the last one counts. Absent and null are the same; null as a member of a map or a
 * list is the zero value.
 */
public final class Fields {

    private final JsonNode node;
    private final String prefix;
    private final Map<String, JsonNode> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** @param node an object; anything else has no fields */
    public Fields(JsonNode node, String prefix) {
        this.node = node;
        this.prefix = prefix;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isNull()) {
                values.put(field.getKey(), field.getValue());
            }
        }
    }

    private JsonNode get(String name) {
        return values.get(name);
    }

    /** @throws FeluccaException UNSUPPORTED for a field that is none of these, unless it has its zero value */
    public void refuseOthers(Set<String> known) {
        for (Map.Entry<String, JsonNode> field : values.entrySet()) {
            boolean isKnown = known.contains(field.getKey())
                    || known.stream().anyMatch(name -> name.equalsIgnoreCase(field.getKey()));
            if (!isKnown && !isZero(field.getValue())) {
                throw FeluccaException.unsupported(prefix + field.getKey() + " is not supported yet: leave it out");
            }
        }
    }

    private static boolean isZero(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream().allMatch(member -> isZero(member.getValue()));
        }
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isArray() && value.isEmpty());
    }

    private FeluccaException wrong(String name, String wanted) {
        return FeluccaException.invalid("invalid JSON: " + prefix + name + " must be " + wanted);
    }

    /** Null when it is not given. */
    public String text(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isTextual()) {
            throw wrong(name, "a text");
        }
        return value == null ? null : value.textValue();
    }

    public String textOrEmpty(String name) {
        String text = text(name);
        return text == null ? "" : text;
    }

    public boolean flag(String name) {
        Boolean flag = flagOrNull(name);
        return flag != null && flag;
    }

    public Boolean flagOrNull(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    public long number(String name) {
        Long number = longOrNull(name);
        return number == null ? 0 : number;
    }

    public Long longOrNull(String name) {
        JsonNode value = get(name);
        if (value != null && !value.canConvertToExactIntegral()) {
            throw wrong(name, "a whole number");
        }
        return value == null ? null : value.longValue();
    }

    public Integer integer(String name) {
        Long number = longOrNull(name);
        if (number != null && number != number.intValue()) {
            throw wrong(name, "a number of 32 bits");
        }
        return number == null ? null : number.intValue();
    }

    /** Null when it is not given. */
    public List<String> texts(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            throw wrong(name, "a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual() && !element.isNull()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(element.asText(""));
        }
        return texts;
    }

    /** A command: a list, or, as old clients send it, one text. */
    public List<String> words(String name) {
        JsonNode value = get(name);
        return value != null && value.isTextual() ? List.of(value.textValue()) : texts(name);
    }

    /** The members of a map of lists of objects; its keys are no names and match as they are. Null is an empty list. */
    public <T> Map<String, List<T>> objectLists(Function<Fields, T> read) {
        Map<String, List<T>> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            all.put(entry.getKey(), objects(entry.getKey(), entry.getValue(), read));
        }
        return all;
    }

    /** The members of a map of objects, each called by another prefix in errors. Null is an object without fields. */
    public Map<String, Fields> members(String name, String memberPrefix) {
        Map<String, Fields> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object(name).node.properties()) {
            JsonNode member = entry.getValue();
            if (!member.isObject() && !member.isNull()) {
                throw wrong(name, "an object of objects");
            }
            all.put(entry.getKey(), new Fields(member, memberPrefix));
        }
        return all;
    }

    /** The keys of an object, Docker's form of a set. */
    public Set<String> keys(String name) {
        Set<String> keys = new LinkedHashSet<>();
        object(name).node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    public Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object(name).node.properties()) {
            if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
                throw wrong(name, "an object of texts");
            }
            map.put(entry.getKey(), entry.getValue().asText(""));
        }
        return map;
    }

    public boolean has(String name) {
        return get(name) != null;
    }

    /** A list of lists of texts; null when it is not given. */
    public List<List<String>> lists(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        List<List<String>> lists = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode list = value.get(i);
            List<String> texts = new ArrayList<>();
            for (int j = 0; list != null && j < list.size(); j++) {
                texts.add(list.get(j).asText());
            }
            if (list == null || !list.isArray() || texts.isEmpty()) {
                throw wrong(name, "a list of lists of texts");
            }
            lists.add(texts);
        }
        return lists;
    }

    /** An empty one when it is not given. */
    public Fields object(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isObject()) {
            throw wrong(name, "an object");
        }
        return new Fields(value == null ? DockerJson.object() : value, prefix + name + ".");
    }

    public <T> List<T> objects(String name, Function<Fields, T> read) {
        return objects(name, get(name), read);
    }

    private <T> List<T> objects(String name, JsonNode value, Function<Fields, T> read) {
        List<T> all = new ArrayList<>();
        if (value != null && !value.isNull()) {
            if (!value.isArray()) {
                throw wrong(name, "a list of objects");
            }
            for (JsonNode element : value) {
                if (!element.isObject() && !element.isNull()) {
                    throw wrong(name, "a list of objects");
                }
                all.add(read.apply(new Fields(element, prefix + name + ".")));
            }
        }
        return all;
    }

    /** The elements of a list of numbers; null when it is not given. */
    public List<Integer> integers(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isInt() && !element.isNull()) {
                throw wrong(name, "a list of numbers");
            }
            numbers.add(element.asInt());
        }
        if (!value.isArray()) {
            throw wrong(name, "a list of numbers");
        }
        return numbers;
    }
}
