package io.felucca.shell.template;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One application of a template to data. */
final class Execution {

    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private record Binding(String name, Object[] value) {}

    private static final Set<String> NOT_IN_HEADERS = Set.of("json", "title", "lower", "upper", "truncate");

    private final String template;
    private final boolean header;
    private final StringBuilder out;
    private final List<Binding> variables = new ArrayList<>();

    Execution(String template, Object data, boolean header, StringBuilder out) {
        this.template = template;
        this.header = header;
        this.out = out;
        bind("$", data);
    }

    void run(Node.Block block) {
        walk(block, variables.get(0).value()[0]);
    }

    private Flow walk(Node.Block block, Object dot) {
        for (Node node : block.nodes()) {
            Flow flow = walk(node, dot);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow walk(Node node, Object dot) {
        if (node instanceof Node.Text text) {
            out.append(text.text());
        } else if (node instanceof Node.Action action) {
            Object value = pipe(dot, action.pipe());
            if (action.pipe().variables().isEmpty()) {
                out.append(Data.print(value));
            }
        } else if (node instanceof Node.Jump jump) {
            return jump.keyword().equals("break") ? Flow.BREAK : Flow.CONTINUE;
        } else if (node instanceof Node.Branch branch) {
            int known = variables.size();
            Flow flow = branch.keyword().equals("range") ? range(branch, dot) : condition(branch, dot);
            forget(known);
            return flow;
        }
        return Flow.ON;
    }

    private Flow condition(Node.Branch branch, Object dot) {
        Object value = pipe(dot, branch.pipe());
        if (Data.truth(value)) {
            return walk(branch.then(), branch.keyword().equals("with") ? value : dot);
        }
        return branch.otherwise() == null ? Flow.ON : walk(branch.otherwise(), dot);
    }

    private Flow range(Node.Branch branch, Object dot) {
        Node.Pipe pipe = branch.pipe();
        Object value = commands(dot, pipe);
        int known = variables.size();
        List<Map.Entry<Object, Object>> entries = entries(pipe, value);
        if (entries.isEmpty()) {
            return branch.otherwise() == null ? Flow.ON : walk(branch.otherwise(), dot);
        }
        for (Map.Entry<Object, Object> entry : entries) {
            List<String> names = pipe.variables();
            if (!names.isEmpty()) {
                set(names.get(names.size() - 1), entry.getValue(), pipe.assigns());
            }
            if (names.size() == 2) {
                set(names.get(0), entry.getKey(), pipe.assigns());
            }
            Flow flow = walk(branch.then(), entry.getValue());
            forget(known);
            if (flow == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private List<Map.Entry<Object, Object>> entries(Node.Pipe pipe, Object value) {
        List<Map.Entry<Object, Object>> entries = new ArrayList<>();
        Optional<List<Object>> list = Data.list(value);
        Optional<TreeMap<String, Object>> map = Data.map(value);
        if (list.isPresent()) {
            list.get().forEach(element -> entries.add(Map.entry((Object) (long) entries.size(), element)));
        } else if (map.isPresent()) {
            map.get().forEach((key, element) -> entries.add(Map.entry(key, element)));
        } else if (value instanceof Long count) {
            for (long i = 0; i < Math.min(count, 1_000_000); i++) {
                entries.add(Map.entry(i, i));
            }
        } else if (!(value instanceof Data.Nil)) {
            throw error(pipe, "range can't iterate over " + Data.print(value));
        }
        return entries;
    }

    private Object pipe(Object dot, Node.Pipe pipe) {
        Object value = commands(dot, pipe);
        for (String name : pipe.variables()) {
            set(name, value, pipe.assigns());
        }
        return value;
    }

    private Object commands(Object dot, Node.Pipe pipe) {
        Object value = null;
        for (Node.Command command : pipe.commands()) {
            value = command(dot, command, value);
        }
        return value;
    }

    /** @param last what the command before it in the pipeline gave, null for the first */
    private Object command(Object dot, Node.Command command, Object last) {
        Node first = command.arguments().get(0);
        if (first instanceof Node.Identifier function) {
            return call(dot, command, function, last);
        }
        if (first instanceof Node.Field field
                && command.arguments().size() == 2
                && fields(dot, field.names(), field) instanceof Template.Method method) {
            return method.of(Data.print(argument(dot, command.arguments().get(1))));
        }
        if (command.arguments().size() > 1 || last != null) {
            if (first instanceof Node.Field || first instanceof Node.Chain || first instanceof Node.Variable) {
                String name = first.toString();
                throw error(first, name.substring(name.lastIndexOf('.') + 1) + " is not a method but has arguments");
            }
            throw error(first, "can't give argument to non-function " + first);
        }
        if (first instanceof Node.Nil) {
            throw error(first, "nil is not a command");
        }
        return argument(dot, first);
    }

    private Object argument(Object dot, Node node) {
        if (node instanceof Node.Literal literal) {
            return literal.value();
        }
        if (node instanceof Node.Dot) {
            return dot;
        }
        if (node instanceof Node.Nil) {
            return Data.NIL;
        }
        if (node instanceof Node.Field field) {
            return fields(dot, field.names(), field);
        }
        if (node instanceof Node.Variable variable) {
            return fields(lookup(variable.name()), variable.fields(), variable);
        }
        if (node instanceof Node.Chain chain) {
            return fields(argument(dot, chain.node()), chain.fields(), chain);
        }
        if (node instanceof Node.Pipe pipe) {
            return pipe(dot, pipe);
        }
        if (node instanceof Node.Identifier function) {
            return call(dot, new Node.Command(function.position(), List.of(function)), function, null);
        }
        throw error(node, "can't handle " + node);
    }

    private Object fields(Object start, List<String> names, Node node) {
        Object value = start;
        for (String name : names) {
            if (value instanceof Data.Nil) {
                throw error(node, "nil pointer evaluating interface {}." + name);
            }
            Object from = value;
            value = Data.field(from, name).orElseThrow(() -> error(node, missing(from, name)));
        }
        return value;
    }

    private static String missing(Object value, String name) {
        if (value instanceof Data.Tree tree && tree.node().isObject()) {
            return "map has no entry for key \"" + name + "\"";
        }
        String type = value instanceof Data.Row row ? row.type() : "interface {}";
        return "can't evaluate field " + name + " in type " + type;
    }

    private Object call(Object dot, Node.Command command, Node.Identifier function, Object last) {
        List<Object> arguments = new ArrayList<>();
        boolean and = function.name().equals("and");
        boolean or = function.name().equals("or");
        for (Node node : command.arguments().subList(1, command.arguments().size())) {
            Object value = argument(dot, node);
            if (and && !Data.truth(value) || or && Data.truth(value)) {
                return value;
            }
            arguments.add(value);
        }
        if (last != null) {
            arguments.add(last);
        }
        if ((and || or) && !arguments.isEmpty()) {
            return arguments.get(arguments.size() - 1);
        }
        if (header && NOT_IN_HEADERS.contains(function.name()) && !arguments.isEmpty()) {
            return arguments.get(0);
        }
        try {
            return TemplateFunctions.call(function.name(), arguments);
        } catch (TemplateFunctions.CallError e) {
            if (e.argument() >= 0) {
                List<Node> nodes = command.arguments();
                throw error(nodes.get(Math.min(e.argument(), nodes.size() - 1)), e.getMessage());
            }
            throw error(command, "error calling " + function.name() + ": " + e.getMessage());
        }
    }

    private void bind(String name, Object value) {
        variables.add(new Binding(name, new Object[] {value}));
    }

    private void set(String name, Object value, boolean assign) {
        if (!assign) {
            bind(name, value);
            return;
        }
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name().equals(name)) {
                variables.get(i).value()[0] = value;
                return;
            }
        }
    }

    private Object lookup(String name) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name().equals(name)) {
                return variables.get(i).value()[0];
            }
        }
        throw new IllegalStateException("the parser lets no undefined variable pass: " + name);
    }

    private void forget(int known) {
        while (variables.size() > known) {
            variables.remove(variables.size() - 1);
        }
    }

    private FeluccaException error(Node node, String text) {
        int position = node.position();
        int lineStart = template.lastIndexOf('\n', position - 1) + 1;
        long line = 1
                + template.substring(0, position).chars().filter(c -> c == '\n').count();
        return FeluccaException.invalid(
                "template: :" + line + ":" + (position - lineStart) + ": executing \"\" at <" + node + ">: " + text);
    }
}
