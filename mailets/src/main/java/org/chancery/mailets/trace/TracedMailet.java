package org.chancery.mailets.trace;

import jakarta.mail.MessagingException;
import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.ProcessingState;

/** A mailet whose work is recorded. What it does not say itself is read off the mail. */
public final class TracedMailet implements Mailet {
    private final Mailet mailet;
    private final Place place;
    private final OnException onException;
    private final boolean worksInCore;

    /** @param worksInCore whether it calls services of core, where it must not be interrupted */
    public TracedMailet(Mailet mailet, Place place, OnException onException, boolean worksInCore) {
        this.mailet = mailet;
        this.place = place;
        this.onException = onException;
        this.worksInCore = worksInCore;
    }

    /** The mailet itself. */
    public Mailet mailet() {
        return mailet;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Transit transit = Transit.of(mail);
        String state = mail.getState();
        List<MailAddress> recipients = List.copyOf(mail.getRecipients());
        transit.enter(mail, place);
        if (worksInCore) {
            transit.custody().enterCore();
        }
        try {
            mailet.service(mail);
            recordEnd(transit, mail, state, recipients);
        } catch (Throwable thrown) {
            transit.failed(thrown);
            if (!onException.settles(mail, place, thrown)) {
                throw thrown;
            }
        } finally {
            if (worksInCore) {
                transit.custody().leaveCore();
            }
            transit.restore(mail);
        }
    }

    private void recordEnd(Transit transit, Mail mail, String state, List<MailAddress> recipients) {
        if (Mail.GHOST.equals(mail.getState()) || mail.getRecipients().isEmpty()) {
            transit.ended(recipients);
        } else if (!state.equals(mail.getState())) {
            transit.done("done", "to processor " + mail.getState());
        } else if (!recipients.equals(List.copyOf(mail.getRecipients()))) {
            transit.done("done", "recipients now " + mail.getRecipients());
        } else {
            transit.done("done", "");
        }
    }

    @Override
    public void init(MailetConfig config) throws MessagingException {
        mailet.init(config);
    }

    @Override
    public void destroy() {
        mailet.destroy();
    }

    @Override
    public String getName() {
        return place.mailet();
    }

    @Override
    public String getMailetInfo() {
        return mailet.getMailetInfo();
    }

    @Override
    public Collection<ProcessingState> requiredProcessingState() {
        return mailet.requiredProcessingState();
    }
}
