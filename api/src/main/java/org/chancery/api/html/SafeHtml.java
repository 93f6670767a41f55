package org.chancery.api.html;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.HtmlStreamEventReceiver;
import org.owasp.html.HtmlStreamRenderer;
import org.owasp.html.PolicyFactory;

/**
 * The HTML of a mail, made safe to show: a fragment of text, tables, lists and links which runs nothing, loads nothing from
 * anywhere, submits nothing, and does not reach out of the place that it is shown in. {@link SafeHtmlPolicy} says what is left.
 *
 * <p>Whatever is not known to be harmless is dropped, so what browsers learn tomorrow is dropped too. The fragment is written
 * anew from events; no octet of it is the stranger's markup. It holds no element whose content a browser reads otherwise than
 * as HTML ({@code style}, {@code svg}, {@code noscript} …), which is what mutation attacks need.
 *
 * <p><i>Trusts:</i> nothing. A page that shows it still puts it into a sandboxed frame.
 *
 * @param markup the fragment
 * @param truncated whether the mail's HTML went on after the limit
 */
public record SafeHtml(String markup, boolean truncated) {

    /** What is read of longer HTML, in characters; as much as is read of it for the text. */
    static final int MAX_READ = 512 * 1024;

    /** What is written at most, but for the elements that are to be closed: a short link is written as a long one. */
    static final int MAX_WRITTEN = 2 * MAX_READ;

    private static final PolicyFactory POLICY = SafeHtmlPolicy.build();

    /** The safe form of what a stranger wrote. */
    public static SafeHtml of(String html) {
        boolean tooLong = html.length() > MAX_READ;
        StringBuilder out = new StringBuilder();
        Bounded bounded = new Bounded(out);
        HtmlSanitizer.sanitize(tooLong ? html.substring(0, MAX_READ) : html, POLICY.apply(bounded));
        return new SafeHtml(out.toString(), tooLong || bounded.isFull);
    }

    /** The same of what may be missing. */
    public static @Nullable SafeHtml ofNullable(@Nullable String html) {
        return html == null ? null : of(html);
    }

    /** Writes until there is enough; from then on it only closes what is open. */
    private static final class Bounded implements HtmlStreamEventReceiver {
        private final StringBuilder out;
        private final HtmlStreamRenderer renderer;
        /** Elements opened after there was enough. */
        private int unwritten;

        private boolean isFull;

        Bounded(StringBuilder out) {
            this.out = out;
            this.renderer = HtmlStreamRenderer.create(out, problem -> {
                throw new IllegalStateException("the sanitiser gave an event that is no HTML: " + problem);
            });
        }

        @Override
        public void openDocument() {
            renderer.openDocument();
        }

        @Override
        public void closeDocument() {
            renderer.closeDocument();
        }

        @Override
        public void openTag(String name, List<String> attributes) {
            if (hasRoom()) {
                renderer.openTag(name, attributes);
            } else if (!SafeHtmlPolicy.isVoid(name)) {
                unwritten++;
            }
        }

        @Override
        public void closeTag(String name) {
            if (unwritten > 0) {
                unwritten--;
            } else {
                renderer.closeTag(name);
            }
        }

        @Override
        public void text(String text) {
            if (hasRoom()) {
                renderer.text(text);
            }
        }

        private boolean hasRoom() {
            isFull |= out.length() > MAX_WRITTEN;
            return !isFull;
        }
    }
}
