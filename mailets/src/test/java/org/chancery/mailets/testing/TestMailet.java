package org.chancery.mailets.testing;

import jakarta.mail.MessagingException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** A mailet of somebody else's, found by its full class name; the test says under {@code <does>} what it does. */
public final class TestMailet extends GenericMailet {
    private static final Map<String, Behaviour> BEHAVIOURS = new ConcurrentHashMap<>();

    /** What such a mailet does. */
    @FunctionalInterface
    public interface Behaviour {
        void service(Mail mail) throws MessagingException;
    }

    /** The line of {@code mailetcontainer.xml} that calls it. */
    public static String line(String match, String name, Behaviour behaviour) {
        BEHAVIOURS.put(name, behaviour);
        return "<mailet match=\"" + match + "\" class=\"" + TestMailet.class.getName() + "\"><does>" + name
                + "</does></mailet>";
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Behaviour behaviour = BEHAVIOURS.get(getInitParameter("does"));
        if (behaviour == null) {
            throw new IllegalStateException("the test says nothing of " + getInitParameter("does"));
        }
        behaviour.service(mail);
    }
}
