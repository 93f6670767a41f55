package org.chancery.server.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.authentication.spf.SpfCheck;

/**
 * SPF (RFC 7208): {@code accuracy}, the verdict being one of the allowed ones; {@code explanation}, the words that the domain has
 * for a failure.
 */
final class SpfMeasure implements Measure {
    /** How the set spells that nothing is said. */
    private static final String DEFAULT = "DEFAULT";

    private final SpfCheck check = new SpfCheck("receiver.example");

    @Override
    public void take(Item item, Tally tally) throws IOException {
        tally.expect("accuracy", "explanation");
        SpfCheck.Question question = new SpfCheck.Question(
                InetAddress.getByName(item.text("ip").orElse("")),
                item.text("helo").orElse(""),
                item.text("mailfrom").orElse(""),
                Instant.EPOCH);
        Lookups lookups = Lookups.of(zone(item.record().path("zonedata")));
        SpfCheck.Verdict verdict = check.check(question, lookups);
        tally.count(
                "accuracy",
                item,
                item.texts("expected").contains(verdict.result().text()));
        Optional<String> expected = item.text("explanation");
        if (expected.isPresent()) {
            String said = verdict.explanation() == null ? DEFAULT : verdict.explanation();
            tally.count("explanation", item, said.equals(expected.get()));
        }
    }

    /** The zone that an item brings, in the words of the test suite of SPF. */
    private static ZoneDns zone(JsonNode zonedata) {
        ZoneDns zone = new ZoneDns();
        zonedata.properties().forEach(entry -> {
            boolean hasText = false;
            for (JsonNode record : entry.getValue()) {
                hasText |= record.has("TXT");
            }
            for (JsonNode record : entry.getValue()) {
                if (record.isTextual()) {
                    zone.silent(entry.getKey());
                } else {
                    add(zone, entry.getKey(), record, hasText);
                }
            }
        });
        return zone;
    }

    private static void add(ZoneDns zone, String name, JsonNode record, boolean hasText) {
        record.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            switch (entry.getKey()) {
                case "SPF" -> {
                    // The suite is older than RFC 7208: without TXT records, what it calls SPF is meant.
                    if (!hasText) {
                        zone.add(name, Type.TXT, joined(value));
                    }
                }
                case "TXT" -> {
                    if (!joined(value).equals("NONE")) {
                        zone.add(name, Type.TXT, joined(value));
                    }
                }
                case "MX" -> zone.add(name, Type.MX, value.path(1).asText());
                case "CNAME" -> zone.alias(name, value.asText());
                default -> zone.add(name, Type.valueOf(entry.getKey()), value.asText());
            }
        });
    }

    private static String joined(JsonNode value) {
        if (value.isTextual()) {
            return value.asText();
        }
        StringBuilder joined = new StringBuilder();
        value.forEach(string -> joined.append(string.asText()));
        return joined.toString();
    }
}
