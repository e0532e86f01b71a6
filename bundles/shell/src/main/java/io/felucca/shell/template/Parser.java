package io.felucca.shell.template;

import io.felucca.FeluccaException;
import io.felucca.shell.template.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes a tree of a template's tokens; what is wrong is said in Go's words. */
final class Parser {

    private static final Set<String> BRANCHES = Set.of("if", "with", "range");

    private static final Set<Type> NO_OPERAND = Set.of(
            Type.RIGHT_DELIMITER, Type.RIGHT_PAREN, Type.PIPE, Type.OTHER, Type.COMMA, Type.DECLARE, Type.ASSIGN);

    private final List<Token> tokens;
    private final Set<String> functions;
    private final List<String> variables = new ArrayList<>(List.of("$"));
    private int next;
    private int loops;

    private Parser(List<Token> tokens, Set<String> functions) {
        this.tokens = tokens;
        this.functions = functions;
    }

    static Node.Block parse(String template, Set<String> functions) {
        Parser parser = new Parser(Lexer.tokens(template), functions);
        Node.Block block = parser.block();
        if (parser.peek().type() != Type.END) {
            throw parser.error("unexpected {{" + parser.keywordAhead() + "}}");
        }
        return block;
    }

    /** Up to an end, an else or the template's end, which are not taken. */
    private Node.Block block() {
        List<Node> nodes = new ArrayList<>();
        int position = peek().position();
        while (true) {
            Token token = peek();
            if (token.type() == Type.TEXT) {
                take();
                if (!token.text().isEmpty()) {
                    nodes.add(new Node.Text(token.position(), token.text()));
                }
            } else if (token.type() == Type.LEFT_DELIMITER) {
                String keyword = keywordAhead();
                if (keyword.equals("end") || keyword.equals("else")) {
                    return new Node.Block(position, nodes);
                }
                nodes.add(action(keyword));
            } else {
                return new Node.Block(position, nodes);
            }
        }
    }

    private String keywordAhead() {
        int at = next;
        while (at < tokens.size()
                && (tokens.get(at).type() == Type.LEFT_DELIMITER
                        || tokens.get(at).type() == Type.SPACE)) {
            at++;
        }
        Token token = tokens.get(at);
        return token.type() == Type.IDENTIFIER ? token.text() : "";
    }

    private Node action(String keyword) {
        Token left = take();
        int position = left.position();
        if (BRANCHES.contains(keyword)) {
            space();
            take();
            return branch(position, keyword);
        }
        if (keyword.equals("break") || keyword.equals("continue")) {
            space();
            take();
            if (loops == 0) {
                throw error("{{" + keyword + "}} outside {{range}}");
            }
            close(keyword);
            return new Node.Jump(position, keyword);
        }
        if (keyword.equals("define") || keyword.equals("block") || keyword.equals("template")) {
            throw error("unexpected {{" + keyword + "}}");
        }
        return new Node.Action(position, pipe("command", Type.RIGHT_DELIMITER));
    }

    private Node branch(int position, String keyword) {
        int known = variables.size();
        Node.Pipe pipe = pipe(keyword, Type.RIGHT_DELIMITER);
        loops += keyword.equals("range") ? 1 : 0;
        Node.Block then = block();
        loops -= keyword.equals("range") ? 1 : 0;
        Node.Block otherwise = null;
        if (peek().type() == Type.END) {
            throw error("unexpected EOF");
        }
        String following = keywordAhead();
        take();
        space();
        take();
        if (following.equals("else")) {
            space();
            String nested = peek().type() == Type.IDENTIFIER ? peek().text() : "";
            if (nested.equals(keyword) && !keyword.equals("range")) {
                int at = take().position();
                otherwise = new Node.Block(at, List.of(branch(at, nested)));
                forget(known);
                return new Node.Branch(position, keyword, pipe, then, otherwise);
            }
            close("else");
            otherwise = block();
            if (peek().type() == Type.END) {
                throw error("unexpected EOF");
            }
            if (!keywordAhead().equals("end")) {
                throw error("expected end; found {{" + keywordAhead() + "}}");
            }
            take();
            space();
            take();
        }
        close("end");
        forget(known);
        return new Node.Branch(position, keyword, pipe, then, otherwise);
    }

    private void forget(int known) {
        while (variables.size() > known) {
            variables.remove(variables.size() - 1);
        }
    }

    private void close(String context) {
        space();
        if (peek().type() != Type.RIGHT_DELIMITER) {
            throw unexpected(peek(), context);
        }
        take();
    }

    private Node.Pipe pipe(String context, Type end) {
        space();
        int position = peek().position();
        List<String> declared = new ArrayList<>();
        boolean assigns = declaration(context, declared);
        List<Node.Command> commands = new ArrayList<>();
        while (true) {
            space();
            Token token = peek();
            if (token.type() == end) {
                take();
                if (commands.isEmpty()) {
                    throw error("missing value for " + context);
                }
                return new Node.Pipe(position, declared, assigns, commands);
            }
            if (NO_OPERAND.contains(token.type())) {
                throw unexpected(token, context);
            }
            Node.Command command = command(context);
            if (!commands.isEmpty()
                    && !(command.arguments().get(0) instanceof Node.Identifier
                            || command.arguments().get(0) instanceof Node.Field
                            || command.arguments().get(0) instanceof Node.Variable
                            || command.arguments().get(0) instanceof Node.Chain)) {
                throw error("non executable command in pipeline stage " + (commands.size() + 1));
            }
            commands.add(command);
        }
    }

    /** {@code $x :=}, {@code $i, $x :=}, {@code $x =}. @return whether it assigns */
    private boolean declaration(String context, List<String> declared) {
        int start = next;
        List<String> names = new ArrayList<>();
        while (peek().type() == Type.VARIABLE) {
            names.add(take().text());
            space();
            Token token = peek();
            if (token.type() == Type.DECLARE || token.type() == Type.ASSIGN) {
                take();
                declared.addAll(names);
                if (names.size() > 1 && !context.equals("range")) {
                    throw error("too many declarations in " + context);
                }
                if (token.type() == Type.DECLARE) {
                    variables.addAll(names);
                } else {
                    names.forEach(this::checkVariable);
                }
                return token.type() == Type.ASSIGN;
            }
            if (token.type() != Type.COMMA || names.size() == 2) {
                break;
            }
            take();
            space();
        }
        next = start;
        return false;
    }

    private Node.Command command(String context) {
        int position = peek().position();
        List<Node> arguments = new ArrayList<>();
        while (true) {
            space();
            Token token = peek();
            if (token.type() == Type.PIPE) {
                if (arguments.isEmpty()) {
                    throw unexpected(token, context);
                }
                take();
                break;
            }
            if (token.type() == Type.RIGHT_DELIMITER || token.type() == Type.RIGHT_PAREN) {
                break;
            }
            arguments.add(operand());
            Type after = peek().type();
            if (after != Type.SPACE
                    && after != Type.PIPE
                    && after != Type.RIGHT_DELIMITER
                    && after != Type.RIGHT_PAREN) {
                throw unexpected(peek(), "operand");
            }
        }
        return new Node.Command(position, arguments);
    }

    private Node operand() {
        Node node = term();
        if (peek().type() != Type.FIELD) {
            return node;
        }
        int position = peek().position();
        List<String> fields = new ArrayList<>();
        while (peek().type() == Type.FIELD) {
            fields.add(take().text().substring(1));
        }
        if (node instanceof Node.Field field) {
            List<String> all = new ArrayList<>(field.names());
            all.addAll(fields);
            return new Node.Field(position, all);
        }
        if (node instanceof Node.Variable variable) {
            return new Node.Variable(position, variable.name(), fields);
        }
        if (node instanceof Node.Literal || node instanceof Node.Dot || node instanceof Node.Nil) {
            throw error("unexpected . after term \"" + node + "\"");
        }
        return new Node.Chain(position, node, fields);
    }

    private Node term() {
        Token token = take();
        int position = token.position();
        return switch (token.type()) {
            case IDENTIFIER -> identifier(token);
            case DOT -> new Node.Dot(position);
            case VARIABLE -> {
                checkVariable(token.text());
                yield new Node.Variable(position, token.text(), List.of());
            }
            case FIELD -> new Node.Field(position, List.of(token.text().substring(1)));
            case STRING, CHARACTER, NUMBER -> {
                try {
                    yield new Node.Literal(position, token.text(), Literals.value(token));
                } catch (IllegalArgumentException e) {
                    throw error(e.getMessage());
                }
            }
            case LEFT_PAREN -> pipe("parenthesized pipeline", Type.RIGHT_PAREN);
            default -> {
                next--;
                throw unexpected(token, "operand");
            }
        };
    }

    private Node identifier(Token token) {
        return switch (token.text()) {
            case "true", "false" -> new Node.Literal(token.position(), token.text(), Boolean.valueOf(token.text()));
            case "nil" -> new Node.Nil(token.position());
            default -> {
                if (!functions.contains(token.text())) {
                    throw error("function \"" + token.text() + "\" not defined");
                }
                yield new Node.Identifier(token.position(), token.text());
            }
        };
    }

    private void checkVariable(String name) {
        if (!variables.contains(name)) {
            throw error("undefined variable \"" + name + "\"");
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        return tokens.get(next++);
    }

    private void space() {
        while (peek().type() == Type.SPACE) {
            next++;
        }
    }

    private FeluccaException unexpected(Token token, String context) {
        String text = token.type() == Type.END ? "EOF" : "\"" + token.text() + "\"";
        return error("unexpected " + text + " in " + context);
    }

    private FeluccaException error(String text) {
        int line = tokens.get(Math.min(next, tokens.size() - 1)).line();
        return FeluccaException.invalid("template: :" + line + ": " + text);
    }
}
