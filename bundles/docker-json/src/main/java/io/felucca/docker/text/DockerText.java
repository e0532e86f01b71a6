package io.felucca.docker.text;

import io.felucca.containers.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Docker's words for times, sizes, states and commands (go-units; seen from docker 28.2 and dockerd 20.10). */
public final class DockerText {

    private static final int SHORT_ID = 12;
    private static final int BAR_WIDTH = 50;

    private DockerText() {}

    /** {@code 18 seconds}, {@code About a minute}, {@code 3 weeks}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        long minutes = seconds / 60;
        long hours = (seconds + 1800) / 3600;
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds == 1) {
            return "1 second";
        } else if (seconds < 60) {
            return seconds + " seconds";
        } else if (minutes == 1) {
            return "About a minute";
        } else if (minutes < 60) {
            return minutes + " minutes";
        } else if (hours == 1) {
            return "About an hour";
        } else if (hours < 48) {
            return hours + " hours";
        } else if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        } else if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        } else if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return seconds / 3600 / 24 / 365 + " years";
    }

    /** {@code 18 seconds ago}; what lies ahead, by a clock that was set back, is less than a second ago. */
    public static String ago(Instant then, Instant now) {
        return duration(Duration.between(then, now)) + " ago";
    }

    /** The STATUS column: {@code Up 17 seconds (healthy)}, {@code Exited (137) 2 hours ago}, {@code Created}. */
    public static String status(Container.State state, Instant now) {
        String since = state.startedAt() == null ? "" : duration(Duration.between(state.startedAt(), now));
        return switch (state.status()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + since + health(state);
            case PAUSED -> "Up " + since + " (Paused)";
            case RESTARTING -> "Restarting (" + state.exitCode() + ")" + finished(state, now);
            case REMOVING -> "Removal In Progress";
            case EXITED -> "Exited (" + state.exitCode() + ")" + finished(state, now);
            case DEAD -> "Dead";
        };
    }

    private static String health(Container.State state) {
        if (state.health() == null) {
            return "";
        }
        String status = state.health().status();
        return " (" + (status.equals(Container.Health.STARTING) ? "health: " : "") + status + ")";
    }

    private static String finished(Container.State state, Instant now) {
        return state.finishedAt() == null ? "" : " " + ago(state.finishedAt(), now);
    }

    /** {@code 4.26MB}: three digits, units of 1000, as {@code images} and {@code ps --size} show. */
    public static String size(long bytes) {
        return GeneralFormat.DECIMAL.format(bytes, 3);
    }

    /** {@code 4.261MB}: four digits, units of 1000, as pruning and progress show. */
    public static String preciseSize(long bytes) {
        return GeneralFormat.DECIMAL.format(bytes, 4);
    }

    /** {@code 4.064MiB}: four digits, units of 1024. */
    public static String binarySize(long bytes) {
        return GeneralFormat.BINARY.format(bytes, 4);
    }

    /** {@code [=====>      ]  1.5kB/3kB}: how far something is, without the bar where the total is not known (jsonmessage). */
    public static String progress(long currentBytes, long totalBytes) {
        String current = String.format("%8s", preciseSize(currentBytes));
        if (totalBytes <= 0) {
            return current;
        }
        int done = (int) Math.min(BAR_WIDTH, 100 * currentBytes / totalBytes / 2);
        return "[" + "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done) + "] " + current
                + (currentBytes > totalBytes ? "" : "/" + preciseSize(totalBytes));
    }

    /** The first 12 digits of an id, which may begin with {@code sha256:}. */
    public static String shortId(String id) {
        String digits = id.substring(id.indexOf(':') + 1);
        return digits.length() > SHORT_ID ? digits.substring(0, SHORT_ID) : digits;
    }

    /** COMMAND of {@code ps}, without its quotes: arguments with a space are quoted, nothing else. */
    public static String command(String path, List<String> args) {
        List<String> words = new ArrayList<>();
        words.add(path);
        for (String arg : args) {
            words.add(arg.contains(" ") ? "'" + arg + "'" : arg);
        }
        return String.join(" ", words);
    }

    /** At most so many characters, the last of them an ellipsis when it was longer (docker/cli, formatter.Ellipsis). */
    public static String ellipsis(String text, int maxCharacters) {
        if (text.codePointCount(0, text.length()) <= maxCharacters) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, maxCharacters - 1)) + "…";
    }
}
