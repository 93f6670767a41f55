package org.chancery.bench.load;

import java.time.Duration;

/**
 * What is sent. The same mails as those of the yardstick's {@code smtp_load}: one part of plain text, lines of 76 octets.
 *
 * @param recipient the address, where {@code %d} stands for the mail's number modulo {@code boxes}
 * @param octets size of one mail, header included, to the octet
 * @param limit no mail is begun after that
 */
public record Load(int port, String recipient, int boxes, int octets, int sessions, int mails, Duration limit) {

    String recipient(int number) {
        return recipient.replace("%d", Integer.toString(number % boxes));
    }
}
