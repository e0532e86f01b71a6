package io.felucca.shell.command;

/** How many words a command takes besides its options, checked in the words of Docker's command line. */
public record Arguments(int least, int most) {

    public static final Arguments NONE = new Arguments(0, 0);
    public static final Arguments ANY = atLeast(0);

    public static Arguments atLeast(int count) {
        return new Arguments(count, Integer.MAX_VALUE);
    }

    public static Arguments atMost(int count) {
        return new Arguments(0, count);
    }

    public static Arguments between(int least, int most) {
        return new Arguments(least, most);
    }

    public static Arguments exactly(int count) {
        return new Arguments(count, count);
    }

    /** How Docker begins the line that names the help: it depends on what is wrong. */
    String hint() {
        return most == Integer.MAX_VALUE ? "See" : "Run";
    }

    /** What is wrong with a count, or empty. */
    String complaint(int count) {
        if (count >= least && count <= most) {
            return "";
        }
        if (most == 0) {
            return "accepts no arguments";
        }
        if (least == most) {
            return "requires " + plural(least);
        }
        if (least == 0) {
            return "requires at most " + plural(most);
        }
        if (most == Integer.MAX_VALUE) {
            return "requires at least " + plural(least);
        }
        return "requires at least " + least + " and at most " + plural(most);
    }

    private static String plural(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }
}
