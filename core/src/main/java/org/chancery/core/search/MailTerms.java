package org.chancery.core.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailWords;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.search.Term.Place;

/**
 * What a mail is found by. Each word once for each place; of a mail with very many the first ones, so that no mail makes more rows
 * than {@link #MAX_TERMS}. Characters of scripts without spaces are kept alone and in pairs, as two neighbours are about a word.
 */
final class MailTerms {
    /** A letter of three pages has about 500 different words. */
    static final int MAX_TERMS = 1_000;

    /** Of these, as many for names and addresses: a mail to hundreds shall be found by its text too. */
    static final int MAX_ADDRESS_TERMS = 400;

    private final Set<Term> terms = new LinkedHashSet<>();

    private MailTerms() {}

    /** The terms of a mail that says that. */
    static Set<Term> of(MessageFacts facts, MessageContent content) {
        MailTerms mail = new MailTerms();
        mail.words(List.of(Place.SUBJECT, Place.ANYWHERE), facts.subject(), MAX_TERMS);
        int room = mail.terms.size() + MAX_ADDRESS_TERMS;
        mail.party(Place.SENDER, facts.from(), room);
        List<Mailbox> recipients = new ArrayList<>(facts.to());
        recipients.addAll(facts.cc());
        recipients.addAll(facts.bcc());
        recipients.forEach(recipient -> mail.party(Place.RECIPIENT, recipient, room));
        for (MessageContent.Attachment attachment : content.attachments()) {
            String name = attachment.filename();
            if (name != null) {
                mail.words(List.of(Place.ANYWHERE), name, MAX_TERMS);
            }
        }
        mail.words(List.of(Place.ANYWHERE), content.text(), MAX_TERMS);
        return mail.terms;
    }

    private void party(Place place, Mailbox party, int room) {
        Optional<EmailAddress> address = party.emailAddress();
        if (address.isPresent()) {
            add(Term.address(place, address.get()), room);
            add(Term.domain(place, address.get().domain()), room);
        }
        String name = party.name();
        words(List.of(place, Place.ANYWHERE), name == null ? party.address() : name + " " + party.address(), room);
    }

    private void words(List<Place> places, String text, int room) {
        String before = "";
        for (String word : MailWords.phrase(text)) {
            if (terms.size() >= room) {
                return;
            }
            boolean isCharacter = MailWords.isCharacter(word);
            for (Place place : places) {
                add(Term.word(place, word), room);
                if (isCharacter && !before.isEmpty()) {
                    add(Term.word(place, before + word), room);
                }
            }
            before = isCharacter ? word : "";
        }
    }

    private void add(Term term, int room) {
        if (terms.size() < Math.min(room, MAX_TERMS)) {
            terms.add(term);
        }
    }
}
