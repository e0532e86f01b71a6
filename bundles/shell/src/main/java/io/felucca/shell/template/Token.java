package io.felucca.shell.template;

/**
 * A piece of a template's text.
 *
 * @param position offset of its first character
 * @param line counted from 1
 */
record Token(Type type, String text, int position, int line) {

    enum Type {
        TEXT,
        LEFT_DELIMITER,
        RIGHT_DELIMITER,
        SPACE,
        FIELD,
        VARIABLE,
        IDENTIFIER,
        DOT,
        STRING,
        NUMBER,
        CHARACTER,
        PIPE,
        DECLARE,
        ASSIGN,
        COMMA,
        LEFT_PAREN,
        RIGHT_PAREN,
        OTHER,
        END
    }
}
