package org.chancery.core.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;

/**
 * The {@code Authentication-Results} header field (RFC 8601): ours, as it is shown with a mail and put on what is forwarded, and
 * the strangers' that claim to be ours, which are left out there (§5). Raw mail is kept as it was received, with neither done.
 */
public final class AuthenticationResultsField {
    public static final String NAME = "Authentication-Results";

    /** A line of the field as it is folded (RFC 5322 §2.2.3). */
    private static final String NEXT_LINE = "\r\n\t";
    /** Of a stranger's text; what is longer says no more. */
    private static final int MAX_VALUE = 200;

    private final String authservId;

    /** @param authservId how we call ourselves (§2.5), the name in {@code smtp.hostname} */
    public AuthenticationResultsField(String authservId) {
        this.authservId = authservId;
    }

    /** The whole field, folded, with CR LF inside and none at its end. */
    public String field(AuthenticationResults results) {
        return NAME + ": " + body(results, NEXT_LINE);
    }

    /** Its body in one line, for people and programs that read no header sections. */
    public String line(AuthenticationResults results) {
        return body(results, " ");
    }

    private String body(AuthenticationResults results, String next) {
        StringBuilder body = new StringBuilder(value(authservId));
        body.append(';').append(next).append(spf(results.spf()));
        if (results.signatures().isEmpty()) {
            body.append(';').append(next).append("dkim=none");
        }
        for (Signature signature : results.signatures()) {
            body.append(';').append(next).append(dkim(signature));
        }
        body.append(';').append(next).append(dmarc(results.dmarc()));
        return body.append(';').append(next).append(arc(results.arc())).toString();
    }

    // §2.7.2
    private static String spf(Spf spf) {
        String property = spf.identity() == SpfIdentity.HELO ? "smtp.helo" : "smtp.mailfrom";
        return method("spf", spf.result(), spf.reason()) + property(property, spf.domain());
    }

    // §2.7.1, RFC 6008, RFC 7601
    private static String dkim(Signature signature) {
        return method("dkim", signature.result(), signature.reason())
                + property("header.d", signature.domain())
                + property("header.s", signature.selector())
                + property("header.a", signature.algorithm())
                + property("header.b", signature.start());
    }

    // RFC 7489 §11.1; policy.dmarc is what is to be applied after sp= and pct=.
    private static String dmarc(Dmarc dmarc) {
        String policy = dmarc.policyDomain().isEmpty() || dmarc.result() == Result.NONE
                ? ""
                : dmarc.applied().text();
        return method("dmarc", dmarc.result(), dmarc.reason())
                + property("header.from", dmarc.fromDomain())
                + property("policy.dmarc", policy);
    }

    // RFC 8617 §7.1
    private static String arc(Arc arc) {
        String sealed = arc.result() == Result.PASS ? "sealed by " + String.join(", ", arc.sealers()) : arc.reason();
        return method("arc", arc.result(), sealed);
    }

    private static String method(String method, Result result, String reason) {
        return method + "=" + result.text() + (reason.isEmpty() ? "" : " reason=" + quoted(reason));
    }

    private static String property(String name, String text) {
        return text.isEmpty() ? "" : " " + name + "=" + value(text);
    }

    /** RFC 2045 §5.1: a token where it can be one, else a quoted string. */
    private static String value(String text) {
        boolean isToken = !text.isEmpty()
                && text.length() <= MAX_VALUE
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0);
        return isToken ? text : quoted(text);
    }

    /** Nothing that could end the line or the string, and ASCII only: not every server takes more. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : HeaderText.shorten(text, MAX_VALUE).toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c >= ' ' && c < 0x7f ? c : '?');
            }
        }
        return quoted.append('"').toString();
    }

    // ---- those of others

    /** The fields of a header section without those that claim to be ours: what may be shown or passed on. */
    public List<MessageHeader.Field> withoutForged(List<MessageHeader.Field> fields) {
        return fields.stream()
                .filter(field -> !isForged(field.name(), field.body()))
                .toList();
    }

    /** The same of raw octets: the header section of a mail, or all of it. Everything else stays as it is. */
    public byte[] withoutForged(byte[] mail) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(mail.length);
        int at = 0;
        while (at < mail.length) {
            int end = endOfField(mail, at);
            String field = new String(mail, at, end - at, StandardCharsets.ISO_8859_1);
            if (field.strip().isEmpty()) {
                break; // the empty line: what follows is the body
            }
            int colon = field.indexOf(':');
            boolean isForged = colon > 0 && isForged(field.substring(0, colon), field.substring(colon + 1));
            if (!isForged) {
                kept.write(mail, at, end - at);
            }
            at = end;
        }
        kept.write(mail, at, mail.length - at);
        return kept.toByteArray();
    }

    /** Behind the last line of a field: those that begin with white space belong to the one above. */
    private static int endOfField(byte[] mail, int start) {
        int at = start;
        do {
            while (at < mail.length && mail[at] != '\n') {
                at++;
            }
            at = Math.min(mail.length, at + 1);
            boolean wasEmpty =
                    at - start <= 2 && new String(mail, start, at - start, StandardCharsets.ISO_8859_1).isBlank();
            if (wasEmpty) {
                return at;
            }
        } while (at < mail.length && (mail[at] == ' ' || mail[at] == '\t'));
        return at;
    }

    /** Whether a field claims that we wrote it (§5). One that cannot be read claims nothing. */
    public boolean isForged(String name, String body) {
        return name.strip().equalsIgnoreCase(NAME)
                && authservId(body).filter(claimed -> same(claimed, authservId)).isPresent();
    }

    private static boolean same(String one, String other) {
        return withoutDot(one).equals(withoutDot(other));
    }

    private static String withoutDot(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** §2.2: {@code [CFWS] authserv-id}, a token or a quoted string. */
    private static Optional<String> authservId(String body) {
        int at = afterComments(body);
        if (at >= body.length()) {
            return Optional.empty();
        }
        StringBuilder id = new StringBuilder();
        if (body.charAt(at) == '"') {
            for (int i = at + 1; i < body.length() && body.charAt(i) != '"'; i++) {
                id.append(body.charAt(i) == '\\' && i + 1 < body.length() ? body.charAt(++i) : body.charAt(i));
            }
        } else {
            for (int i = at; i < body.length() && body.charAt(i) > ' ' && "();/".indexOf(body.charAt(i)) < 0; i++) {
                id.append(body.charAt(i));
            }
        }
        return Optional.of(id.toString().strip());
    }

    private static int afterComments(String body) {
        int depth = 0;
        int at = 0;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (c == '\\' && depth > 0) {
                at++;
            } else if (depth == 0 && c > ' ') {
                return at;
            }
            at++;
        }
        return body.length();
    }
}
