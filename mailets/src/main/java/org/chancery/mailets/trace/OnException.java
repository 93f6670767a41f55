package org.chancery.mailets.trace;

import java.util.Locale;
import java.util.Optional;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a mail whose step throws, as {@code onMailetException} or {@code onMatchException} says. Without a rule the
 * exception leaves the container, so that the mail is tried again; so does, whatever the rule, what is not the step's failure.
 *
 * @param processor where the mail goes on; empty unless the rule names a processor
 */
public record OnException(Rule rule, Optional<String> processor) {
    private static final Logger LOG = LoggerFactory.getLogger(OnException.class);

    /** The kinds of rule. */
    public enum Rule {
        PROPAGATE,
        /** As if a mailet had not been there, or a matcher had matched nobody. */
        GO_ON,
        MATCH_ALL,
        PROCESSOR
    }

    public static OnException ofMailet(Optional<String> written) {
        String word = word(written);
        return switch (word) {
            case "propagate" -> of(Rule.PROPAGATE);
            case "ignore" -> of(Rule.GO_ON);
            default -> new OnException(Rule.PROCESSOR, written.map(String::strip));
        };
    }

    public static OnException ofMatcher(Optional<String> written) {
        String word = word(written);
        return switch (word) {
            case "propagate" -> of(Rule.PROPAGATE);
            case "nomatch" -> of(Rule.GO_ON);
            case "matchall" -> of(Rule.MATCH_ALL);
            default -> new OnException(Rule.PROCESSOR, written.map(String::strip));
        };
    }

    private static OnException of(Rule rule) {
        return new OnException(rule, Optional.empty());
    }

    private static String word(Optional<String> written) {
        return written.orElse("propagate").strip().toLowerCase(Locale.ROOT);
    }

    /** Sends the mail where the rule says; false where the exception is to be thrown on instead. */
    boolean settles(Mail mail, Place place, Throwable thrown) {
        if (rule == Rule.PROPAGATE
                || thrown instanceof Unavailable
                || thrown instanceof Later
                || thrown instanceof CallerFault
                || thrown instanceof TakenAway) {
            return false;
        }
        LOG.warn(
                "{} goes on, as the rule says, though failed in {}: {}",
                mail.getName(),
                place,
                ErrorText.forLog(thrown));
        processor.ifPresent(next -> {
            mail.setState(next);
            mail.setErrorMessage(place + ": " + ErrorText.of(thrown));
            mail.setAttribute(Mail.MAILET_ERROR.withValue(AttributeValue.ofUnserializable(thrown)));
        });
        return true;
    }
}
