package io.felucca.shell.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.docker.json.DockerJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The functions of Go's templates, and those that Docker adds. {@code and} and {@code or} are the execution's own. */
final class TemplateFunctions {

    private static final ObjectMapper MAPPER = DockerJson.mapper();
    private static final Map<String, Function> ALL = all();

    /** What a function does with its evaluated arguments. */
    private record Function(int least, int most, Body body) {}

    private interface Body {
        Object call(List<Object> arguments);
    }

    /** A call that fails; the message is Go's. Never leaves this package. */
    static final class CallError extends RuntimeException {

        private final int argument;

        CallError(String message) {
            this(message, -1);
        }

        private CallError(String message, int argument) {
            super(message);
            this.argument = argument;
        }

        /** Which word of the call is wrong, the function's name being 0; -1 when the function itself failed. */
        int argument() {
            return argument;
        }
    }

    private TemplateFunctions() {}

    static Set<String> names() {
        return ALL.keySet();
    }

    static Object call(String name, List<Object> arguments) {
        Function function = ALL.get(name);
        int count = arguments.size();
        if (count < function.least() || count > function.most()) {
            String want = function.most() == Integer.MAX_VALUE ? "at least " + function.least() : "" + function.least();
            throw new CallError("wrong number of args for " + name + ": want " + want + " got " + count, 0);
        }
        return function.body().call(arguments);
    }

    private static Map<String, Function> all() {
        Map<String, Function> all = new HashMap<>();
        int any = Integer.MAX_VALUE;
        all.put("and", new Function(1, any, arguments -> arguments.get(0)));
        all.put("or", new Function(1, any, arguments -> arguments.get(0)));
        all.put("not", new Function(1, 1, arguments -> !Data.truth(arguments.get(0))));
        all.put("len", new Function(1, 1, arguments -> length(arguments.get(0))));
        all.put("index", new Function(1, any, TemplateFunctions::index));
        all.put("slice", new Function(1, 4, TemplateFunctions::slice));
        all.put("print", new Function(0, any, TemplateFunctions::sprint));
        all.put("println", new Function(0, any, arguments -> spaced(arguments) + "\n"));
        all.put(
                "printf",
                new Function(
                        1,
                        any,
                        arguments -> GoFormat.printf(text(arguments, 0), arguments.subList(1, arguments.size()))));
        all.put(
                "eq",
                new Function(
                        2,
                        any,
                        arguments -> arguments.subList(1, arguments.size()).stream()
                                .anyMatch(other -> Comparison.equal(arguments.get(0), other))));
        all.put("ne", new Function(2, 2, arguments -> !Comparison.equal(arguments.get(0), arguments.get(1))));
        all.put("lt", new Function(2, 2, arguments -> Comparison.compare(arguments) < 0));
        all.put("le", new Function(2, 2, arguments -> Comparison.compare(arguments) <= 0));
        all.put("gt", new Function(2, 2, arguments -> Comparison.compare(arguments) > 0));
        all.put("ge", new Function(2, 2, arguments -> Comparison.compare(arguments) >= 0));
        all.put("html", new Function(0, any, arguments -> html(spaced(arguments))));
        all.put(
                "js",
                new Function(
                        0,
                        any,
                        arguments -> spaced(arguments)
                                .replace("\\", "\\\\")
                                .replace("'", "\\'")
                                .replace("\"", "\\\"")
                                .replace("<", "\\u003C")
                                .replace(">", "\\u003E")));
        all.put(
                "urlquery",
                new Function(0, any, arguments -> URLEncoder.encode(spaced(arguments), StandardCharsets.UTF_8)));
        all.put("json", new Function(1, 1, arguments -> json(arguments.get(0))));
        all.put("split", new Function(2, 2, arguments -> split(text(arguments, 0), text(arguments, 1))));
        all.put(
                "join",
                new Function(
                        2,
                        2,
                        arguments -> elements(arguments, 0).stream()
                                .map(Data::print)
                                .collect(Collectors.joining(text(arguments, 1)))));
        all.put("title", new Function(1, 1, arguments -> title(text(arguments, 0))));
        all.put("lower", new Function(1, 1, arguments -> text(arguments, 0).toLowerCase(Locale.ROOT)));
        all.put("upper", new Function(1, 1, arguments -> text(arguments, 0).toUpperCase(Locale.ROOT)));
        all.put(
                "pad",
                new Function(
                        3,
                        3,
                        arguments -> arguments.get(0).toString().isEmpty()
                                ? ""
                                : " ".repeat(whole(arguments, 1))
                                        + text(arguments, 0)
                                        + " ".repeat(whole(arguments, 2))));
        all.put("truncate", new Function(2, 2, arguments -> {
            String text = text(arguments, 0);
            return text.substring(0, Math.min(text.length(), whole(arguments, 1)));
        }));
        return all;
    }

    static String json(Object value) {
        try {
            if (value instanceof Data.Row row && row.whole() != null) {
                return MAPPER.writeValueAsString(row.whole());
            }
            if (value instanceof Data.Row || isOfRows(value)) {
                return MAPPER.writeValueAsString(ofRows(value))
                        .replace("&", "\\u0026")
                        .replace("<", "\\u003c")
                        .replace(">", "\\u003e");
            }
            return MAPPER.writeValueAsString(plain(value));
        } catch (JsonProcessingException e) {
            throw new CallError(e.getOriginalMessage());
        }
    }

    private static boolean isOfRows(Object value) {
        return value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Data.Row;
    }

    /** Lines as JSON has them: their fields without methods, also of lines within a field. */
    private static Object ofRows(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(TemplateFunctions::ofRows).toList();
        }
        if (!(value instanceof Data.Row row)) {
            return value;
        }
        Map<String, Object> fields = row.struct() ? new LinkedHashMap<>() : new TreeMap<>();
        row.fields().forEach((name, field) -> {
            if (!(field instanceof Template.Method)) {
                fields.put(name, ofRows(field));
            }
        });
        return fields;
    }

    private static Object plain(Object value) {
        if (value instanceof Data.Tree tree) {
            return tree.node();
        }
        return value instanceof Data.Nil ? null : value;
    }

    private static String text(List<Object> arguments, int at) {
        Object value = arguments.get(at);
        if (value instanceof String text) {
            return text;
        }
        throw new CallError(
                value instanceof Data.Nil
                        ? "invalid value; expected string"
                        : "expected string; found " + Data.print(value),
                at + 1);
    }

    private static int whole(List<Object> arguments, int at) {
        if (arguments.get(at) instanceof Long number) {
            return (int) Math.max(0, Math.min(number, 1_000_000));
        }
        throw new CallError("expected integer; found " + Data.print(arguments.get(at)), at + 1);
    }

    private static List<Object> elements(List<Object> arguments, int at) {
        return Data.list(arguments.get(at))
                .orElseThrow(() -> new CallError(
                        "wrong type for value; expected []string; got " + Data.type(arguments.get(at)), at + 1));
    }

    private static Object length(Object value) {
        if (value instanceof String text) {
            return (long) text.getBytes(StandardCharsets.UTF_8).length;
        }
        Optional<List<Object>> list = Data.list(value);
        if (list.isPresent()) {
            return (long) list.get().size();
        }
        Optional<TreeMap<String, Object>> map = Data.map(value);
        if (map.isPresent()) {
            return (long) map.get().size();
        }
        throw new CallError(value instanceof Data.Nil ? "len of nil pointer" : "len of type " + Data.type(value));
    }

    private static Object index(List<Object> arguments) {
        Object value = arguments.get(0);
        for (Object key : arguments.subList(1, arguments.size())) {
            Optional<List<Object>> list = Data.list(value);
            Optional<TreeMap<String, Object>> map = Data.map(value);
            if (list.isPresent()) {
                if (!(key instanceof Long at)) {
                    throw new CallError("cannot index slice/array with type " + Data.type(key));
                }
                if (at < 0 || at >= list.get().size()) {
                    throw new CallError("index out of range: " + at);
                }
                value = list.get().get(at.intValue());
            } else if (map.isPresent()) {
                if (!(key instanceof String name)) {
                    throw new CallError("value has type " + Data.type(key) + "; should be string");
                }
                boolean texts = map.get().values().stream().allMatch(String.class::isInstance);
                value = map.get().getOrDefault(name, texts ? "" : Data.NIL);
            } else if (value instanceof String text && key instanceof Long at) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                if (at < 0 || at >= bytes.length) {
                    throw new CallError("index out of range: " + at);
                }
                value = (long) (bytes[at.intValue()] & 0xff);
            } else {
                throw new CallError(
                        value instanceof Data.Nil
                                ? "index of untyped nil"
                                : "can't index item of type " + Data.type(value));
            }
        }
        return value;
    }

    private static Object slice(List<Object> arguments) {
        Object value = arguments.get(0);
        Optional<List<Object>> list = Data.list(value);
        int size = list.isPresent() ? list.get().size() : text(arguments, 0).length();
        int from = arguments.size() > 1 ? whole(arguments, 1) : 0;
        int to = arguments.size() > 2 ? whole(arguments, 2) : size;
        if (from > size || to > size) {
            throw new CallError("index out of range: " + (from > size ? from : to));
        }
        if (from > to) {
            throw new CallError("invalid slice index: " + from + " > " + to);
        }
        return list.isPresent()
                ? new ArrayList<>(list.get().subList(from, to))
                : text(arguments, 0).substring(from, to);
    }

    /** Go's Sprint: a space between two operands of which neither is a string. */
    private static String sprint(List<Object> arguments) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            if (i > 0 && !(arguments.get(i) instanceof String) && !(arguments.get(i - 1) instanceof String)) {
                text.append(' ');
            }
            text.append(Data.print(arguments.get(i)));
        }
        return text.toString();
    }

    private static String spaced(List<Object> arguments) {
        return arguments.stream().map(Data::print).collect(Collectors.joining(" "));
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static List<String> split(String text, String separator) {
        return separator.isEmpty()
                ? text.codePoints().mapToObj(Character::toString).toList()
                : Arrays.asList(text.split(Pattern.quote(separator), -1));
    }

    private static String title(String text) {
        StringBuilder title = new StringBuilder();
        char before = ' ';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean starts = !Character.isLetterOrDigit(before) && before != '_' && before != '\'';
            title.append(starts ? Character.toTitleCase(c) : c);
            before = c;
        }
        return title.toString();
    }
}
