package org.chancery.core.phishing;

import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host name as people read it, and what it looks like. Used by one thread. */
final class HostName {
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");

    /** Scripts whose letters are drawn like Latin ones. */
    private static final Set<UnicodeScript> LOOKS_LATIN = EnumSet.of(
            UnicodeScript.CYRILLIC,
            UnicodeScript.GREEK,
            UnicodeScript.ARMENIAN,
            UnicodeScript.CHEROKEE,
            UnicodeScript.COPTIC,
            UnicodeScript.LISU);

    /** Letters of other scripts, and the Latin ones they are drawn like. */
    private static final String DRAWN =
            "\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u04bbh\u0501d\u051bq\u051dw"
                    + "\u04cfl\u043ak\u0432b\u043dh\u043cm\u0442t\u0433r\u03b1a\u03b5e\u03bfo\u03c1p\u03bdv\u03b9i\u03c4t\u03c5u\u03bak\u03b7n\u03c7x"
                    + "\u0585o\u0578n\u057du\u0566q\u0570h\u04abc\u0261g\u0131i\u0142l";

    private final String text;
    private final String organisation;

    // Found out when it is first asked for, as a host is compared with what each workspace calls its own.
    private @Nullable String labelAtAGlance;
    private @Nullable Boolean homograph;
    private @Nullable Optional<String> imitated;
    private @Nullable Optional<String> inFront;

    /**
     * @param host in lower case, Unicode or A-labels
     * @param organisations the domain that somebody registered, of one in A-labels
     */
    HostName(String host, UnaryOperator<String> organisations) {
        this.text = readable(host);
        this.organisation = organisationOf(text, organisations);
    }

    String text() {
        return text;
    }

    /** The domain that somebody registered: without the names in front that its owner chose. */
    String organisation() {
        return organisation;
    }

    /** The first label of that, which people recognise. */
    String label() {
        int dot = organisation.indexOf('.');
        return dot < 0 ? organisation : organisation.substring(0, dot);
    }

    /** That label as it looks at a glance. */
    String labelAtAGlance() {
        if (labelAtAGlance == null) {
            labelAtAGlance = glance(label());
        }
        return labelAtAGlance;
    }

    /** The brand that it looks like, or whose name is part of it, without being theirs. */
    Optional<String> imitatedBrand() {
        if (imitated == null) {
            imitated = Brands.imitatedBy(this);
        }
        return imitated;
    }

    /** The brand whose domain stands in front of another's. */
    Optional<String> brandInFront() {
        if (inFront == null) {
            inFront = Brands.inFrontOf(this);
        }
        return inFront;
    }

    /** Whether a label is written with letters of two scripts that look alike, or with none but such as look Latin. */
    boolean isHomograph() {
        if (homograph == null) {
            homograph = isHomograph(text);
        }
        return homograph;
    }

    private static boolean isHomograph(String text) {
        for (String one : text.split("\\.")) {
            Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
            one.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
            boolean looksLatin = scripts.stream().anyMatch(LOOKS_LATIN::contains);
            boolean isMixed = looksLatin && scripts.contains(UnicodeScript.LATIN);
            boolean isWhole = looksLatin && one.codePoints().allMatch(c -> c < 128 || drawnLike(c) != c);
            if (isMixed || isWhole) {
                return true;
            }
        }
        return false;
    }

    /** What the name looks like at a glance: letters without accents, digits and pairs as the letters they pass for. */
    static String glance(String name) {
        boolean isAscii = name.chars().allMatch(c -> c < 128);
        String plain = isAscii
                ? name
                : ACCENTS.matcher(Normalizer.normalize(name, Normalizer.Form.NFD))
                        .replaceAll("");
        StringBuilder out = new StringBuilder(plain.length());
        plain.codePoints().map(HostName::drawnLike).forEach(out::appendCodePoint);
        return out.toString()
                .replace("rn", "m")
                .replace("vv", "w")
                .replace('0', 'o')
                .replace('1', 'l')
                .replace('i', 'l')
                .replace('5', 's')
                .replace("-", "");
    }

    private static int drawnLike(int letter) {
        for (int i = 0; i + 1 < DRAWN.length(); i += 2) {
            if (DRAWN.charAt(i) == letter) {
                return DRAWN.charAt(i + 1);
            }
        }
        return letter;
    }

    /** How many letters have to be added, left out, changed, or exchanged with their neighbour, to get from one to the other. */
    static int distance(String a, String b) {
        int[][] far = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    far[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                far[i][j] = Math.min(far[i - 1][j - 1] + change, Math.min(far[i - 1][j], far[i][j - 1]) + 1);
                boolean isSwap =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (isSwap) {
                    far[i][j] = Math.min(far[i][j], far[i - 2][j - 2] + 1);
                }
            }
        }
        return far[a.length()][b.length()];
    }

    private static String readable(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (!lower.contains("xn--")) {
            return lower;
        }
        try {
            return IDN.toUnicode(lower, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException notOne) {
            return lower;
        }
    }

    private static String organisationOf(String text, UnaryOperator<String> organisations) {
        int kept = organisations.apply(inALabels(text)).split("\\.").length;
        String[] labels = text.split("\\.");
        return String.join(".", Arrays.asList(labels).subList(Math.max(0, labels.length - kept), labels.length));
    }

    private static String inALabels(String text) {
        try {
            return text.chars().allMatch(c -> c < 128)
                    ? text
                    : IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException notOne) {
            return text;
        }
    }
}
