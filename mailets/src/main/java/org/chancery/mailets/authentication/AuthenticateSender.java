package org.chancery.mailets.authentication;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.mailet.Mail;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Finds out who sent the mail by SPF, DKIM, DMARC and ARC, and keeps the verdicts with it. It decides nothing: what follows from
 * them is for the steps behind it. While the sender's name servers are asked the mail waits in the spool, and others pass.
 */
public final class AuthenticateSender extends PlainMailet {
    private final SenderDesk senders;

    public AuthenticateSender(SenderDesk senders) {
        this.senders = senders;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only the sender of mail that came in is authenticated"));
        SpooledMail spooled = received.spooled();
        if (spooled.arrival().isLocal()) {
            // Who may write from which address was asked when it was sent; there is no client to judge.
            Verdicts.say(mail, "local", "sent by this server");
            return;
        }
        try {
            // Found out at an earlier try, where the mail waited since.
            Optional<AuthenticationResults> before = received.found().authentication();
            AuthenticationResults results =
                    before.isPresent() ? before.get() : senders.results(spooled, received.header());
            received.found().authentication(results);
            MailAttributes.setWords(mail, results);
            Verdicts.say(mail, results.dmarc().result().text(), summary(results));
        } catch (IOException unreadable) {
            throw new MessagingException("reading the mail " + spooled.id().text(), unreadable);
        }
    }

    private static String summary(AuthenticationResults results) {
        StringJoiner summary = new StringJoiner(" ");
        results.words().forEach((method, word) -> summary.add(method + "=" + word));
        results.failedPolicy().ifPresent(policy -> summary.add("policy=" + policy.text()));
        results.unverifiedPolicy().ifPresent(policy -> summary.add("unverified-policy=" + policy.text()));
        return summary.toString();
    }
}
