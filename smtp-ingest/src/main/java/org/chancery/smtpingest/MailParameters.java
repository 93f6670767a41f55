package org.chancery.smtpingest;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chancery.smtpingest.wire.Reply;

/** Judges the parameters of MAIL, one for each extension that we offer. */
record MailParameters(Service service, long maxMessage) {
    // RFC 1870 §4.
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,20}");
    /** Numbers with more digits may not fit a long, and are too large in any case. */
    private static final int DIGITS_OF_LONG = 18;

    /** What speaks against them; empty where nothing does. */
    Optional<Reply> objectionTo(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> objectionTo(parameter.getKey(), parameter.getValue()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Reply> objectionTo(String keyword, String value) {
        return switch (keyword) {
            case "SIZE" -> objectionToSize(value);
            // RFC 6152 §2. Eight-bit content is kept as it comes, announced or not.
            case "BODY" ->
                unless(value.equalsIgnoreCase("7BIT") || value.equalsIgnoreCase("8BITMIME"), ReplyCodes.BAD_ARGUMENT);
            case "SMTPUTF8" -> unless(value.isEmpty(), ReplyCodes.BAD_ARGUMENT);
            // RFC 4954 §5: whoever offers AUTH takes the parameter. Whom it names we do not ask: the token says who
            // sends.
            case "AUTH" -> unless(service.isSubmission(), ReplyCodes.UNKNOWN_PARAMETER);
            default -> Optional.of(ReplyCodes.UNKNOWN_PARAMETER);
        };
    }

    private Optional<Reply> objectionToSize(String value) {
        if (!SIZE.matcher(value).matches()) {
            return Optional.of(ReplyCodes.BAD_ARGUMENT);
        }
        return unless(value.length() <= DIGITS_OF_LONG && Long.parseLong(value) <= maxMessage, ReplyCodes.TOO_LARGE);
    }

    private static Optional<Reply> unless(boolean fine, Reply objection) {
        return fine ? Optional.empty() : Optional.of(objection);
    }
}
