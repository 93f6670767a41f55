package org.chancery.delivery.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.KeyType;
import org.chancery.core.dkim.PublishedKeys.Shown;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.testkit.peer.ScriptedDns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the DNS shows of a key, as a receiver would see it. */
class PublishedRecordsTest {
    private static final String NAME = "one-rsa._domainkey.sender.test";
    private final KeyRecord key = new KeyRecord(NAME, KeyType.RSA, "QUJD".repeat(90));
    private final ScriptedDns dns = ScriptedDns.start();
    private final PublishedRecords records = new PublishedRecords(List.of(HostPort.parse(dns.hostPort())));

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void a_key_is_shown_by_one_record_and_by_no_other_beside_it() {
        assertEquals(Shown.MISSING, records.look(key));
        dns.txt(NAME, key.text());
        assertEquals(Shown.YES, records.look(key));
        dns.txt(NAME, "v=DKIM1; p=" + "QUJE".repeat(90));
        assertEquals(Shown.DIFFERENT, records.look(key), "receivers take either");
    }

    @Test
    void another_key_is_different() {
        dns.txt(NAME, "v=DKIM1; p=QUJE");
        assertEquals(Shown.DIFFERENT, records.look(key));
    }

    @Test
    void a_name_server_in_trouble_says_nothing() {
        dns.servfail(NAME);
        assertEquals(Shown.UNKNOWN, records.look(key));
    }
}
