package io.felucca.shell.text;

import java.util.ArrayList;
import java.util.List;

/** Lines of tab-separated cells, aligned as Docker aligns them: at least 10 columns a cell, 3 between two. */
public final class Table {

    private static final int LEAST_WIDTH = 10;
    private static final int PADDING = 3;

    private Table() {}

    /** @param lines without line ends */
    public static String align(List<String> lines) {
        return align(lines, LEAST_WIDTH);
    }

    /** @param leastWidth of every column but the last */
    public static String align(List<String> lines, int leastWidth) {
        List<String[]> rows = new ArrayList<>();
        List<Integer> widths = new ArrayList<>();
        for (String line : lines) {
            String[] cells = line.split("\t", -1);
            rows.add(cells);
            for (int i = 0; i < cells.length - 1; i++) {
                int width = Math.max(leastWidth, length(cells[i]) + PADDING);
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] cells : rows) {
            for (int i = 0; i < cells.length - 1; i++) {
                text.append(cells[i]).append(" ".repeat(widths.get(i) - length(cells[i])));
            }
            text.append(cells[cells.length - 1]).append('\n');
        }
        return text.toString();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
