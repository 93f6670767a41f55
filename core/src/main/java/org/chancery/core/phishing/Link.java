package org.chancery.core.phishing;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a link leads, read as browsers read it (WHATWG URL): slashes of both kinds, what stands before the last {@code @} is nobody's
 * host, an address in any notation is an address.
 *
 * @param shown what the reader sees; empty in plain text
 * @param scheme in lower case; empty where there is none
 * @param host in lower case; empty where there is none
 * @param hasUserInfo whether something stands before an {@code @}
 */
record Link(String shown, String scheme, String host, boolean hasUserInfo) {
    private static final int MAX_HOST = 253;
    /** Decimal, octal and hexadecimal, of one to four numbers (WHATWG URL §3.5.2). */
    private static final Pattern NUMERIC = Pattern.compile("(?:0x[0-9a-f]*|[0-9]+)(?:\\.(?:0x[0-9a-f]*|[0-9]+)){0,3}");

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}._\\-]+|\\[[0-9a-f:.]+]");
    private static final Pattern PRIVATE = Pattern.compile(
            "(?:127\\.|10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.).*|\\[::1].*|\\[f[cd].*|\\[fe80.*");
    private static final Pattern SHOWN_HOST =
            Pattern.compile("(?i)(?:https?://)?((?:[a-z0-9\\-_]+\\.)+[a-z]{2,18})(?:[:/?#][^\\s]*)?");

    /** The link of a {@code href}; empty where it leads nowhere of interest, such as {@code #top} or {@code mailto:}. */
    static Optional<Link> of(String href, String shown) {
        StringBuilder plain = new StringBuilder(Math.min(href.length(), 4_096));
        for (int i = 0; i < href.length() && plain.length() < 4_096; i++) {
            char c = href.charAt(i);
            // Tabs and line ends are left out wherever they stand; a backslash is as good as a slash.
            if (c != '\t' && c != '\n' && c != '\r') {
                plain.append(c == '\\' ? '/' : c);
            }
        }
        String url = plain.toString().strip();
        int colon = url.indexOf(':');
        String scheme = colon < 0
                ? ""
                : url.substring(0, colon).toLowerCase(Locale.ROOT).strip();
        return switch (scheme) {
            case "http", "https", "ftp" -> Optional.of(web(url.substring(colon + 1), scheme, shown));
            case "javascript", "vbscript", "data" -> Optional.of(new Link(shown, scheme, "", false));
            default -> url.startsWith("//") ? Optional.of(web(url, "https", shown)) : Optional.empty();
        };
    }

    private static Link web(String rest, String scheme, String shown) {
        int start = 0;
        while (start < rest.length() && rest.charAt(start) == '/') {
            start++;
        }
        int end = start;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        String authority = rest.substring(start, end);
        int at = authority.lastIndexOf('@');
        String host = decoded(authority.substring(at + 1)).toLowerCase(Locale.ROOT);
        int port = host.lastIndexOf(':');
        if (port > host.lastIndexOf(']')) {
            host = host.substring(0, port);
        }
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        boolean isHost = !host.isEmpty()
                && host.length() <= MAX_HOST
                && NAME.matcher(host).matches();
        return new Link(shown, scheme, isHost ? host : "", at > 0 && isHost);
    }

    private static String decoded(String host) {
        if (host.indexOf('%') < 0) {
            return host;
        }
        byte[] octets = new byte[host.length() * 3];
        int count = 0;
        byte[] raw = host.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
            if (low >= 0) {
                octets[count++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                octets[count++] = raw[i];
            }
        }
        return new String(octets, 0, count, StandardCharsets.UTF_8);
    }

    boolean isScript() {
        return !scheme.startsWith("http") && !scheme.equals("ftp");
    }

    boolean isAddress() {
        return host.startsWith("[") || NUMERIC.matcher(host).matches();
    }

    boolean isPrivateAddress() {
        return isAddress() && PRIVATE.matcher(host).matches();
    }

    /** The host that the reader is shown, where the text of the link is a URL or a host name and nothing else. */
    Optional<String> shownHost() {
        String text = shown.strip();
        if (text.isEmpty() || text.length() > 2_000) {
            return Optional.empty();
        }
        var match = SHOWN_HOST.matcher(text);
        return match.matches() ? Optional.of(match.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }
}
