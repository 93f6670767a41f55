package org.chancery.delivery.spam;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;

/**
 * What Rspamd says of a mail, on our scale. Its own is the operator's: the thresholds of its actions "add header" (6 unless told
 * otherwise) and "reject" (15) mean what 5 and 15 mean here, so the score is stretched to lie between them as it lies there, and
 * every symbol with it. An action that a rule of Rspamd sets whatever the score says counts as its threshold.
 */
final class RspamdAnswer {
    private static final double PROBABLY = 5;
    private static final double CERTAINLY = 15;
    private static final double ADD_HEADER = 6;
    private static final double REJECT = 15;
    /** Rspamd has some hundred symbols; a mail has about twenty. */
    private static final int MAX_SYMBOLS = 60;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(50).build())
                    .build())
            .build();

    private final JsonNode answer;
    private final double addHeader;
    private final double reject;

    private RspamdAnswer(JsonNode answer) {
        this.answer = answer;
        double lower = answer.path("thresholds").path("add header").asDouble(ADD_HEADER);
        double upper = answer.path("thresholds")
                .path("reject")
                .asDouble(answer.path("required_score").asDouble(REJECT));
        boolean isOrdered = lower > 0 && upper > lower;
        this.addHeader = isOrdered ? lower : ADD_HEADER;
        this.reject = isOrdered ? upper : REJECT;
    }

    /** @throws FailedOnMail where it is no answer to a scan */
    static SpamScore read(byte[] body) {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // Its message quotes what was read, which quotes the mail.
            throw new FailedOnMail("Rspamd's answer is no JSON", null);
        } catch (IOException e) {
            throw new FailedOnMail("Rspamd's answer cannot be read", e);
        }
        if (answer == null
                || !answer.path("score").isNumber()
                || !Double.isFinite(answer.path("score").asDouble())) {
            throw new FailedOnMail("Rspamd's answer has no score", null);
        }
        return new RspamdAnswer(answer).score();
    }

    private SpamScore score() {
        double theirs = answer.path("score").asDouble();
        double ours = onOurScale(theirs);
        double factor = Math.abs(theirs) < 0.01 ? PROBABLY / addHeader : ours / theirs;
        List<Signal> signals = symbols(factor);
        double forced = forced();
        if (ours < forced) {
            String action = answer.path("action").asText();
            signals.add(new Signal("rspamd_action", forced - ours, "Rspamd: " + action));
            ours = forced;
        }
        return new SpamScore(ours, signals, true);
    }

    private double onOurScale(double theirs) {
        if (theirs <= addHeader) {
            return theirs * PROBABLY / addHeader;
        }
        return PROBABLY + (theirs - addHeader) * (CERTAINLY - PROBABLY) / (reject - addHeader);
    }

    /** The least that the action says. "soft reject" and "greylist" only ask to come back, and the mail is here. */
    private double forced() {
        return switch (answer.path("action").asText()) {
            case "reject" -> CERTAINLY;
            case "add header", "rewrite subject", "quarantine" -> PROBABLY;
            default -> Double.NEGATIVE_INFINITY;
        };
    }

    private List<Signal> symbols(double factor) {
        List<Signal> signals = new ArrayList<>();
        answer.path("symbols").properties().forEach(symbol -> {
            double score = symbol.getValue().path("score").asDouble();
            if (Double.isFinite(score) && Math.abs(score) >= 0.01) {
                double scaled = Math.round(score * factor * 100) / 100.0;
                signals.add(new Signal(name(symbol.getKey()), scaled, detail(symbol.getValue())));
            }
        });
        signals.sort(Comparator.comparingDouble((Signal signal) -> -Math.abs(signal.score())));
        return new ArrayList<>(signals.subList(0, Math.min(MAX_SYMBOLS, signals.size())));
    }

    private static String name(String symbol) {
        String name = symbol.replaceAll("[^A-Za-z0-9_]", "_");
        return name.isEmpty() ? "unnamed" : name.substring(0, Math.min(64, name.length()));
    }

    private static String detail(JsonNode symbol) {
        StringBuilder detail = new StringBuilder(symbol.path("description").asText());
        List<String> options = new ArrayList<>();
        symbol.path("options").forEach(option -> options.add(option.asText()));
        if (!options.isEmpty()) {
            detail.append(detail.isEmpty() ? "" : ": ").append(String.join(", ", options));
        }
        return detail.toString();
    }
}
