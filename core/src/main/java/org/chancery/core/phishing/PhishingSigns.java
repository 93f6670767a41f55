package org.chancery.core.phishing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.screening.Signal;

/** Looks for signs of phishing in a mail: each sign at most once, with what was found first. */
public final class PhishingSigns {
    private final Map<PhishingSign, String> found = new EnumMap<>(PhishingSign.class);

    private PhishingSigns() {}

    public static List<Signal> of(MessageHeader header, MessageContent content, OwnNames ours) {
        PhishingSigns signs = new PhishingSigns();
        Page page = Page.of(content);
        new SenderSigns(signs, ours).look(header);
        new LinkSigns(signs, ours).look(page.links(), Set.copyOf(SenderSigns.domains(header.from())));
        page.look(signs);
        if (Wording.isUrgent(header.subject() + '\n' + content.text())) {
            signs.add(PhishingSign.CREDENTIAL_WORDING, "urges to confirm an account, or to pay in an unusual way");
        }
        // Honest mail is answered elsewhere all the time: it only counts beside something else.
        if (!signs.found.isEmpty()) {
            SenderSigns.replyElsewhere(header, signs);
        }
        return signs.found.entrySet().stream()
                .map(one -> one.getKey().signal(one.getValue()))
                .toList();
    }

    void add(PhishingSign sign, String detail) {
        found.putIfAbsent(sign, detail);
    }
}
