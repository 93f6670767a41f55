package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.crash.Ledger.Outcome;

/**
 * The client's book against the server's: every mail that got its 250 is there once, octet for octet; what did not is there
 * whole or not at all; nothing else is there.
 *
 * @param lostButStored mails whose reply was lost, and that the server has
 */
record Audit(int stored, int lostButStored) {

    static Audit of(SeededMails mails, Ledger ledger, int count, StoredMails server)
            throws IOException, InterruptedException {
        int[] copies = new int[count];
        List<String> wrong = new ArrayList<>();
        List<StoredMails.Stored> stored = server.all(mails);
        for (StoredMails.Stored one : stored) {
            int number = one.number().orElse(-1);
            if (number < 0 || number >= count) {
                wrong.add("message " + one.id() + " is none that was sent");
                continue;
            }
            copies[number]++;
            if (!one.sha256().equals(SeededMails.sha256(mails.mail(number)))) {
                wrong.add("mail " + number + ", message " + one.id() + ", is not as it was sent");
            }
        }
        int lostButStored = 0;
        for (int number = 0; number < count; number++) {
            switch (ledger.outcome(number)) {
                case ACCEPTED -> expect(copies[number] == 1, wrong, number, Outcome.ACCEPTED, copies[number]);
                case REPLY_LOST -> {
                    expect(copies[number] <= 1, wrong, number, Outcome.REPLY_LOST, copies[number]);
                    lostButStored += copies[number];
                }
                case REFUSED -> expect(copies[number] == 0, wrong, number, Outcome.REFUSED, copies[number]);
                case NOT_SENT -> expect(copies[number] == 0, wrong, number, Outcome.NOT_SENT, copies[number]);
            }
        }
        assertEquals(List.of(), wrong.subList(0, Math.min(20, wrong.size())), wrong.size() + " things are wrong");
        return new Audit(stored.size(), lostButStored);
    }

    private static void expect(boolean holds, List<String> wrong, int number, Outcome outcome, int copies) {
        if (!holds) {
            wrong.add("mail " + number + " is " + outcome + " and is there " + copies + " times");
        }
    }
}
