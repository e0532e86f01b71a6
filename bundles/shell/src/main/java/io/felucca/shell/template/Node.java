package io.felucca.shell.template;

import java.util.List;
import java.util.stream.Collectors;

/** A template's parts. The text of each is what error messages quote. */
sealed interface Node {

    /** Offset in the template, for error messages. */
    int position();

    record Text(int position, String text) implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    record Block(int position, List<Node> nodes) implements Node {}

    record Action(int position, Pipe pipe) implements Node {
        @Override
        public String toString() {
            return "{{" + pipe + "}}";
        }
    }

    /** if, with, range. */
    record Branch(int position, String keyword, Pipe pipe, Block then, Block otherwise) implements Node {}

    /** break, continue. */
    record Jump(int position, String keyword) implements Node {}

    /** @param variables declared or assigned, with their dollars */
    record Pipe(int position, List<String> variables, boolean assigns, List<Command> commands) implements Node {
        @Override
        public String toString() {
            String text = commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
            return variables.isEmpty() ? text : String.join(", ", variables) + (assigns ? " = " : " := ") + text;
        }
    }

    record Command(int position, List<Node> arguments) implements Node {
        @Override
        public String toString() {
            return arguments.stream()
                    .map(argument -> argument instanceof Pipe ? "(" + argument + ")" : argument.toString())
                    .collect(Collectors.joining(" "));
        }
    }

    record Identifier(int position, String name) implements Node {
        @Override
        public String toString() {
            return name;
        }
    }

    record Dot(int position) implements Node {
        @Override
        public String toString() {
            return ".";
        }
    }

    record Nil(int position) implements Node {
        @Override
        public String toString() {
            return "nil";
        }
    }

    /** A string, a number, true or false. */
    record Literal(int position, String source, Object value) implements Node {
        @Override
        public String toString() {
            return source;
        }
    }

    record Field(int position, List<String> names) implements Node {
        @Override
        public String toString() {
            return "." + String.join(".", names);
        }
    }

    record Variable(int position, String name, List<String> fields) implements Node {
        @Override
        public String toString() {
            return fields.isEmpty() ? name : name + "." + String.join(".", fields);
        }
    }

    /** Fields of what stands in parentheses. */
    record Chain(int position, Node node, List<String> fields) implements Node {
        @Override
        public String toString() {
            return (node instanceof Pipe ? "(" + node + ")" : node.toString()) + "." + String.join(".", fields);
        }
    }
}
