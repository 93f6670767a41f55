package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Envelope;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.trace.Custody;

/** Makes James's mails of ours. Their messages are read when a mailet first asks, and only as far as it asks. */
final class NewMail {
    private static final Session SESSION = session();

    private NewMail() {}

    static MailImpl of(SpooledMail spooled, String state, Custody custody) throws MessagingException {
        String name = spooled.id().text();
        String client = spooled.arrival().client().getHostAddress();
        MailImpl mail = MailImpl.builder()
                .name(name)
                .sender(MailAddresses.toJames(spooled.envelope().reversePath()))
                .addRecipients(MailAddresses.toJames(spooled.envelope().recipients()))
                .state(state)
                .remoteAddr(client)
                .remoteHost(client)
                .build();
        mail.setAttribute(
                Mail.SMTP_HELO.withValue(AttributeValue.of(spooled.arrival().helo())));
        mail.setMessageNoCopy(new MimeMessageWrapper(SESSION, new Spooled(spooled, name, custody)));
        return mail;
    }

    static MailImpl of(String name, Envelope envelope, byte[] raw) throws MessagingException {
        MailImpl mail = MailImpl.builder()
                .name(name)
                .sender(MailAddresses.toJames(envelope.reversePath()))
                .addRecipients(MailAddresses.toJames(envelope.recipients()))
                .state(RequiredSteps.OUTBOUND)
                .build();
        mail.setMessageNoCopy(new MimeMessageWrapper(SESSION, new InMemory(raw, name)));
        return mail;
    }

    private static Session session() {
        Properties properties = new Properties();
        properties.setProperty("mail.mime.allowutf8", "true"); // RFC 6532
        return Session.getInstance(properties);
    }

    private record Spooled(SpooledMail mail, String id, Custody custody) implements MimeMessageSource {
        @Override
        public String getSourceId() {
            return id;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return CustodyStream.open(mail, custody);
        }

        @Override
        public long getMessageSize() {
            return mail.size();
        }
    }

    private static final class InMemory implements MimeMessageSource {
        private final byte[] raw;
        private final String id;

        InMemory(byte[] raw, String id) {
            this.raw = raw;
            this.id = id;
        }

        @Override
        public String getSourceId() {
            return id;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(raw);
        }

        @Override
        public long getMessageSize() {
            return raw.length;
        }
    }
}
