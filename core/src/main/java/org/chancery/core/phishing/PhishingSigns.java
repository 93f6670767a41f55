package org.chancery.core.phishing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.screening.Signal;

/**
 * Looks for signs of phishing in a mail: read once, and then held {@link #against} what each workspace calls its own that gets it. Used
 * by one thread.
 */
public final class PhishingSigns {
    private final MessageHeader header;
    private final HostNames hosts;
    private final List<Link> links;
    private final Set<String> senders;

    /** What a mail gives away to everybody. */
    private final Map<PhishingSign, String> common = new EnumMap<>(PhishingSign.class);

    private PhishingSigns(MessageHeader header, HostNames hosts, List<Link> links) {
        this.header = header;
        this.hosts = hosts;
        this.links = links;
        this.senders = Set.copyOf(SenderSigns.domains(header.from(), hosts));
    }

    /** @param organisations the domain that somebody registered, of one in lower case and A-labels */
    public static PhishingSigns in(MessageHeader header, MessageContent content, UnaryOperator<String> organisations) {
        Page page = Page.of(content);
        PhishingSigns signs = new PhishingSigns(header, new HostNames(organisations), page.links());
        signs.common.putAll(page.signs());
        if (Wording.isUrgent(header.subject() + '\n' + content.text())) {
            signs.common.put(
                    PhishingSign.CREDENTIAL_WORDING, "urges to confirm an account, or to pay in an unusual way");
        }
        return signs;
    }

    /** The signs for those to whom that is their own: each at most once, with what was found first. */
    public List<Signal> against(OwnNames ours) {
        Comparison comparison = new Comparison(hosts, ours);
        new SenderSigns(comparison).look(header);
        new LinkSigns(comparison).look(links, senders);
        comparison.addAll(common);
        // Honest mail is answered elsewhere all the time: it only counts beside something else.
        if (!comparison.isEmpty()) {
            SenderSigns.replyElsewhere(header, comparison);
        }
        return comparison.signals();
    }
}
