package org.chancery.server.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.authentication.signature.SignatureCheck;

/**
 * DKIM (RFC 6376): {@code wrong passes}, of mail whose signatures are bad; {@code good ones known}, be it as {@code policy} where
 * they are good by algorithms and keys that count no more (RFC 8301); {@code unsigned known}, mail without a signature.
 */
final class DkimMeasure implements Measure {
    /** Before what is measured expires, after it was signed. */
    private static final Instant ARRIVED = Instant.parse("2018-01-01T00:00:00Z");

    @Override
    public void take(Item item, Tally tally) throws IOException {
        tally.expect("wrong passes", "good ones known", "unsigned known");
        Lookups lookups = Lookups.of(zone(item));
        try (InputStream in = item.stream()) {
            List<Signature> signatures =
                    new SignatureCheck(lookups).check(in, ARRIVED).signatures();
            switch (item.text("expected").orElse("")) {
                case "pass" ->
                    tally.count(
                            "good ones known", item, has(signatures, Result.PASS) || has(signatures, Result.POLICY));
                case "no_dkim_signature" -> tally.count("unsigned known", item, signatures.isEmpty());
                default -> tally.countBad("wrong passes", item, has(signatures, Result.PASS));
            }
        }
    }

    private static boolean has(List<Signature> signatures, Result result) {
        return signatures.stream().anyMatch(signature -> signature.result() == result);
    }

    /** The keys of the set: a name, white space and the record on each line. */
    private static ZoneDns zone(Item item) throws IOException {
        ZoneDns zone = new ZoneDns();
        String file = item.text("dns").orElseThrow(() -> new IOException("names no keys"));
        Files.readAllLines(item.corpus().folder().resolve(file), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s+", 2))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> zone.add(parts[0], Type.TXT, parts[1].strip()));
        return zone;
    }
}
