package org.chancery.api.unsubscribe;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Form;
import org.chancery.api.http.RetryAfter;
import org.chancery.api.http.Route;
import org.chancery.core.access.ClientNetwork;
import org.chancery.core.access.FailedTries;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.report.Unsubscribing;
import org.chancery.core.suppression.UnsubscribeLinks;

/**
 * The link in {@code List-Unsubscribe}. A GET changes nothing, for programs that look for dangerous links follow it, too; a mail
 * program POSTs for its user (RFC 8058), and so does the button on the page that a GET shows.
 */
public final class UnsubscribeRoutes {
    private static final String PATH = UnsubscribeLinks.PATH + "{id}";

    /** Nobody guesses a link; those who try cost us a look into an index each. */
    private static final int WRONG_LINKS = 100;

    private static final Duration ONE_MORE_EVERY = Duration.ofMillis(100);
    private static final int MAX_NETWORKS = 10_000;

    private final Unsubscribing unsubscribing;
    private final FailedTries<ClientNetwork> wrong = new FailedTries<>(WRONG_LINKS, ONE_MORE_EVERY, MAX_NETWORKS);

    public UnsubscribeRoutes(Unsubscribing unsubscribing) {
        this.unsubscribing = unsubscribing;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(PATH, "Ask a recipient whether they want no more mail; changes nothing")
                        .open()
                        .givesContent(Page.TYPE)
                        .handledBy(this::ask),
                Route.post(PATH, "Send a recipient no more mail (RFC 8058); for those who have the link from a mail")
                        .open()
                        .takesForm()
                        .givesContent(Page.TYPE)
                        .handledBy(this::unsubscribe));
    }

    private Answer ask(Call call) {
        return answer(call, unsubscribing::sender, Page::asking);
    }

    private Answer unsubscribe(Call call) {
        String said = call.body(Form.class).fields().get(UnsubscribeLinks.FIELD);
        return UnsubscribeLinks.ONE_CLICK.equals(said)
                ? answer(call, unsubscribing::unsubscribe, Page::done)
                : Page.of(400, Page.notSaid());
    }

    private Answer answer(
            Call call, Function<String, Optional<EmailAddress>> does, Function<EmailAddress, String> page) {
        ClientNetwork network = call.caller().network();
        Duration wait = wrong.wait(network, call.at());
        if (wait.isPositive()) {
            return Page.of(429, Page.later(), Map.of("Retry-After", RetryAfter.seconds(wait)));
        }
        Optional<EmailAddress> sender = does.apply(call.path().getOrDefault("id", ""));
        if (sender.isEmpty()) {
            wrong.failed(network, call.at());
            return Page.of(404, Page.unknown());
        }
        return Page.of(200, page.apply(sender.get()));
    }

    /** The few words that a recipient sees. They name the sender and never the recipient: mail is passed on, links in it, too. */
    private static final class Page {
        static final String TYPE = "text/html; charset=utf-8";

        private static final String FRAME = """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
                <title>Unsubscribe</title></head>
                <body><main><h1>%s</h1>
                %s</main></body>
                </html>
                """;

        static String asking(EmailAddress sender) {
            return FRAME.formatted("Unsubscribe?", """
                    <p>Do you want no more mail from %s?</p>
                    <form method="post"><input type="hidden" name="%s" value="%s"><button>Unsubscribe</button></form>
                    """.formatted(
                            escaped(sender.toString()), UnsubscribeLinks.FIELD, UnsubscribeLinks.ONE_CLICK));
        }

        static String done(EmailAddress sender) {
            return FRAME.formatted(
                    "Unsubscribed", "<p>You will get no more mail from " + escaped(sender.toString()) + ".</p>\n");
        }

        static String notSaid() {
            return FRAME.formatted("Unsubscribe?", "<p>Open the link in your mail, and use the button there.</p>\n");
        }

        static String unknown() {
            return FRAME.formatted("Unknown link", "<p>This link is not complete, or not from a mail of ours.</p>\n");
        }

        static String later() {
            return FRAME.formatted("Later", "<p>Too many wrong links came from your network; try again soon.</p>\n");
        }

        static Answer of(int status, String html) {
            return of(status, html, Map.of());
        }

        static Answer of(int status, String html, Map<String, String> further) {
            Map<String, String> headers = new HashMap<>(further);
            headers.put(
                    "Content-Security-Policy",
                    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
            headers.put("X-Robots-Tag", "noindex");
            return new Answer.Content(status, TYPE, html.getBytes(StandardCharsets.UTF_8), headers);
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;")
                    .replace("'", "&#39;");
        }
    }
}
