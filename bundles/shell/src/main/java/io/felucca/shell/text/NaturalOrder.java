package io.felucca.shell.text;

import java.util.Comparator;

/** Texts with the numbers in them compared as numbers, as Docker's lists are sorted (fvbommel/sortorder). */
public enum NaturalOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            char a = one.charAt(i);
            char b = other.charAt(j);
            if (!isDigit(a) || !isDigit(b)) {
                if (a != b) {
                    return Character.compare(a, b);
                }
                i++;
                j++;
                continue;
            }
            int startOfOne = skipZeros(one, i);
            int startOfOther = skipZeros(other, j);
            int endOfOne = endOfDigits(one, startOfOne);
            int endOfOther = endOfDigits(other, startOfOther);
            int longer = Integer.compare(endOfOne - startOfOne, endOfOther - startOfOther);
            int order = longer != 0
                    ? longer
                    : one.substring(startOfOne, endOfOne).compareTo(other.substring(startOfOther, endOfOther));
            if (order != 0) {
                return order;
            }
            int zeros = Integer.compare(startOfOne - i, startOfOther - j);
            if (zeros != 0) {
                return zeros;
            }
            i = endOfOne;
            j = endOfOther;
        }
        return Integer.compare(one.length() - i, other.length() - j);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int skipZeros(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    private static int endOfDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
