package org.chancery.server.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.authentication.signature.SignatureCheck;

/** ARC (RFC 8617): {@code accuracy} of what a chain says. */
final class ArcMeasure implements Measure {
    private static final Instant ARRIVED = Instant.parse("2018-01-01T00:00:00Z");

    @Override
    public void take(Item item, Tally tally) throws IOException {
        tally.expect("accuracy");
        ZoneDns zone = new ZoneDns();
        item.record()
                .path("txt_records")
                .properties()
                .forEach(record ->
                        zone.add(record.getKey(), Type.TXT, record.getValue().asText()));
        byte[] mail = item.text("message").orElse("").getBytes(StandardCharsets.UTF_8);
        Lookups lookups = Lookups.of(zone);
        Arc arc = new SignatureCheck(lookups)
                .check(new ByteArrayInputStream(mail), ARRIVED)
                .arc();
        tally.count(
                "accuracy",
                item,
                arc.result().text().equalsIgnoreCase(item.text("cv").orElse("")));
    }
}
