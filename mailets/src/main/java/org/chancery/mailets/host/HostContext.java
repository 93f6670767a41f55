package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.mailet.HostAddress;
import org.apache.mailet.LookupException;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What mailets may ask of the server. They may not send: every mail that leaves goes through the outbound processor, and a
 * mailet that sends one by itself fails with that explanation.
 */
@SuppressWarnings("deprecation") // older mailets still call the deprecated part of the API
final class HostContext implements MailetContext {
    private static final Logger LOG = LoggerFactory.getLogger("org.chancery.mailets.mailet");

    private final MailAddress postmaster;
    private final Predicate<String> isLocalDomain;
    private final Map<String, Object> attributes;
    private final String mailet;

    /** @param isLocalDomain given a domain in lower case */
    HostContext(MailAddress postmaster, Predicate<String> isLocalDomain) {
        this(postmaster, isLocalDomain, new ConcurrentHashMap<>(), "");
    }

    private HostContext(
            MailAddress postmaster, Predicate<String> isLocalDomain, Map<String, Object> attributes, String mailet) {
        this.postmaster = postmaster;
        this.isLocalDomain = isLocalDomain;
        this.attributes = attributes;
        this.mailet = mailet;
    }

    /** The same context as one mailet sees it. */
    HostContext forMailet(String name) {
        return new HostContext(postmaster, isLocalDomain, attributes, name);
    }

    @Override
    public MailAddress getPostmaster() {
        return postmaster;
    }

    @Override
    public boolean isLocalServer(Domain domain) {
        return isLocalDomain.test(domain.asString());
    }

    /** Whether the domain is ours: which addresses there are is known to {@code ResolveHandler} alone. */
    @Override
    public boolean isLocalEmail(MailAddress address) {
        return isLocalServer(address.getDomain());
    }

    @Override
    public boolean isLocalUser(String name) {
        return false;
    }

    @Override
    public void sendMail(MimeMessage message) throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(@Nullable MailAddress sender, Collection<MailAddress> recipients, MimeMessage message)
            throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(
            @Nullable MailAddress sender, Collection<MailAddress> recipients, MimeMessage message, String state)
            throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(Mail mail) throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(Mail mail, long delay, TimeUnit unit) throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(Mail mail, String state) throws MessagingException {
        throw refusal();
    }

    @Override
    public void sendMail(Mail mail, String state, long delay, TimeUnit unit) throws MessagingException {
        throw refusal();
    }

    @Override
    public void bounce(Mail mail, String message) throws MessagingException {
        throw refusal();
    }

    @Override
    public void bounce(Mail mail, String message, MailAddress bouncer) throws MessagingException {
        throw refusal();
    }

    private MessagingException refusal() {
        return new MessagingException("mailet " + mailet
                + " wants to send a mail by itself; mailets that send are not supported, for mail leaves through the outbound"
                + " processor only");
    }

    @Override
    public List<String> dnsLookup(String name, RecordType type) throws LookupException {
        throw new LookupException("mailets have no access to DNS here");
    }

    @Override
    public Collection<String> getMailServers(Domain domain) {
        return List.of();
    }

    @Override
    public Iterator<HostAddress> getSMTPHostAddresses(Domain domain) {
        return Collections.emptyIterator();
    }

    /** Of the mailet API. */
    @Override
    public int getMajorVersion() {
        return 2;
    }

    @Override
    public int getMinorVersion() {
        return 4;
    }

    @Override
    public String getServerInfo() {
        return "Chancery";
    }

    @Override
    public Iterator<String> getAttributeNames() {
        return List.copyOf(attributes.keySet()).iterator();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return attributes.get(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public void removeAttribute(String name) {
        attributes.remove(name);
    }

    @Override
    public Logger getLogger() {
        return LOG;
    }

    @Override
    public void log(String message) {
        LOG.info("{}: {}", mailet, message);
    }

    @Override
    public void log(String message, Throwable thrown) {
        LOG.info("{}: {}", mailet, message, thrown);
    }

    @Override
    public void log(LogLevel level, String message) {
        log(level, message, null);
    }

    @Override
    public void log(LogLevel level, String message, @Nullable Throwable thrown) {
        switch (level) {
            case DEBUG -> LOG.debug("{}: {}", mailet, message, thrown);
            case INFO -> LOG.info("{}: {}", mailet, message, thrown);
            case WARN -> LOG.warn("{}: {}", mailet, message, thrown);
            case ERROR -> LOG.error("{}: {}", mailet, message, thrown);
        }
    }
}
