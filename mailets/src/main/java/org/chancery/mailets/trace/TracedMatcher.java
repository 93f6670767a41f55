package org.chancery.mailets.trace;

import jakarta.mail.MessagingException;
import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.jspecify.annotations.Nullable;

/** A matcher whose verdicts are recorded. One that matches somebody leaves the word to the mailet behind it. */
public final class TracedMatcher implements Matcher {
    private final Matcher matcher;
    private final Place place;
    private final OnException onException;

    public TracedMatcher(Matcher matcher, Place place, OnException onException) {
        this.matcher = matcher;
        this.place = place;
        this.onException = onException;
    }

    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
        Transit transit = Transit.of(mail);
        transit.enter(mail, place);
        try {
            @Nullable Collection<MailAddress> matched = matcher.match(mail);
            if (matched == null || matched.isEmpty()) {
                transit.notMatched();
                return List.of();
            }
            transit.matched();
            return matched;
        } catch (Throwable thrown) {
            transit.failed(thrown);
            if (!onException.settles(mail, place, thrown)) {
                throw thrown;
            }
            return onException.rule() == OnException.Rule.MATCH_ALL ? mail.getRecipients() : List.of();
        }
    }

    @Override
    public void init(MatcherConfig config) throws MessagingException {
        matcher.init(config);
    }

    @Override
    public void destroy() {
        matcher.destroy();
    }

    @Override
    public MatcherConfig getMatcherConfig() {
        return matcher.getMatcherConfig();
    }

    @Override
    public String getMatcherInfo() {
        return matcher.getMatcherInfo();
    }
}
