package org.chancery.core.approval;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How one text becomes another, line by line: kept lines begin with a blank, those taken away with "-", new ones with "+". */
final class LineDifference {
    /** Compared pairs of lines: enough for two texts of a thousand lines that have nothing in common. */
    private static final int MAX_PAIRS = 1_000_000;

    private LineDifference() {}

    static String of(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> fresh = after.lines().toList();
        int head = 0;
        while (head < Math.min(old.size(), fresh.size()) && old.get(head).equals(fresh.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(old.size(), fresh.size()) - head
                && old.get(old.size() - 1 - tail).equals(fresh.get(fresh.size() - 1 - tail))) {
            tail++;
        }
        return Stream.of(
                        old.subList(0, head).stream().map(line -> " " + line),
                        between(old.subList(head, old.size() - tail), fresh.subList(head, fresh.size() - tail)),
                        old.subList(old.size() - tail, old.size()).stream().map(line -> " " + line))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static Stream<String> between(List<String> old, List<String> fresh) {
        if ((long) old.size() * fresh.size() > MAX_PAIRS) {
            return Stream.concat(
                    old.stream().map(line -> "-" + line), fresh.stream().map(line -> "+" + line));
        }
        int[][] common = longestCommon(old, fresh);
        Deque<String> lines = new ArrayDeque<>();
        int i = old.size();
        int j = fresh.size();
        while (i > 0 || j > 0) {
            if (i > 0 && j > 0 && old.get(i - 1).equals(fresh.get(j - 1))) {
                lines.addFirst(" " + old.get(--i));
                j--;
            } else if (j > 0 && (i == 0 || common[i][j - 1] >= common[i - 1][j])) {
                lines.addFirst("+" + fresh.get(--j));
            } else {
                lines.addFirst("-" + old.get(--i));
            }
        }
        return lines.stream();
    }

    /** Of the first i and j lines, how many the longest text has that is in both. */
    private static int[][] longestCommon(List<String> old, List<String> fresh) {
        int[][] common = new int[old.size() + 1][fresh.size() + 1];
        for (int i = 1; i <= old.size(); i++) {
            for (int j = 1; j <= fresh.size(); j++) {
                common[i][j] = old.get(i - 1).equals(fresh.get(j - 1))
                        ? common[i - 1][j - 1] + 1
                        : Math.max(common[i - 1][j], common[i][j - 1]);
            }
        }
        return common;
    }
}
