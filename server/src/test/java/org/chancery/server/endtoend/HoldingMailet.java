package org.chancery.server.endtoend;

import jakarta.mail.MessagingException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Holds every mail in the pipeline until the test that asked for it lets them go. */
public class HoldingMailet extends GenericMailet {

    /** The mails of one test. */
    static final class Hold {
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger held = new AtomicInteger();

        /** How many mails have come so far. */
        int held() {
            return held.get();
        }

        void release() {
            released.countDown();
        }
    }

    // The container makes the mailet, so that a test can reach it only this way.
    private static volatile Hold current = new Hold();

    static Hold begin() {
        current = new Hold();
        return current;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Hold hold = current;
        hold.held.incrementAndGet();
        try {
            hold.released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
