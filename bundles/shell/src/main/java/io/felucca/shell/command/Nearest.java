package io.felucca.shell.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the known names a mistyped one may stand for. */
public final class Nearest {

    /** Letters that are wrong, missing, too many or swapped with their neighbour. */
    private static final int MOST_SLIPS = 2;

    private Nearest() {}

    /** @return the line that suggests it and an empty one; nothing where no name is near */
    public static String suggestion(String group, String word, Collection<String> names) {
        return of(word, names)
                .map(name -> "Did you mean 'felucca " + group + name + "'?\n\n")
                .orElse("");
    }

    /** @return a name that at most half of the word's letters tell from it; one of the same length before others */
    static Optional<String> of(String word, Collection<String> names) {
        int most = Math.min(MOST_SLIPS, word.length() / 2);
        return names.stream()
                .filter(name -> Math.abs(name.length() - word.length()) <= most && slips(word, name) <= most)
                .min(Comparator.<String>comparingInt(name -> slips(word, name))
                        .thenComparing(name -> Math.abs(name.length() - word.length()))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The distance of Damerau and Levenshtein, each letter being touched once. */
    private static int slips(String typed, String meant) {
        int[][] slips = new int[typed.length() + 1][meant.length() + 1];
        for (int i = 0; i <= typed.length(); i++) {
            for (int j = 0; j <= meant.length(); j++) {
                slips[i][j] = i == 0 || j == 0 ? i + j : least(slips, typed, meant, i, j);
            }
        }
        return slips[typed.length()][meant.length()];
    }

    private static int least(int[][] slips, String typed, String meant, int i, int j) {
        int wrong = slips[i - 1][j - 1] + (typed.charAt(i - 1) == meant.charAt(j - 1) ? 0 : 1);
        int least = Math.min(wrong, Math.min(slips[i - 1][j], slips[i][j - 1]) + 1);
        boolean swapped = i > 1
                && j > 1
                && typed.charAt(i - 1) == meant.charAt(j - 2)
                && typed.charAt(i - 2) == meant.charAt(j - 1);
        return swapped ? Math.min(least, slips[i - 2][j - 2] + 1) : least;
    }
}
