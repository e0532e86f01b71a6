package io.felucca.shell.command;

/** What help says of {@code --format}. */
public final class FormatText {

    private static final String ENDING = "Refer to https://docs.docker.com/go/formatting/ for more information about"
            + " formatting output with templates";

    /** Of a list. */
    public static final String LIST = "Format output using a custom template:\n"
            + "'table':            Print output in table format with column headers (default)\n"
            + "'table TEMPLATE':   Print output in table format using the given Go template\n"
            + "'json':             Print in JSON format\n"
            + "'TEMPLATE':         Print output using the given Go template.\n" + ENDING;

    /** Of objects. */
    public static final String OBJECT = "Format output using a custom template:\n"
            + "'json':             Print in JSON format\n"
            + "'TEMPLATE':         Print output using the given Go template.\n" + ENDING;

    private FormatText() {}
}
