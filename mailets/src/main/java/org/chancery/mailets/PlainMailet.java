package org.chancery.mailets;

import jakarta.mail.MessagingException;
import java.util.Set;
import org.apache.mailet.base.GenericMailet;

/** A mailet of ours that has no settings: any that the file gives it is a mistake, and ends the start. */
public abstract class PlainMailet extends GenericMailet {

    @Override
    public final void init() throws MessagingException {
        checkInitParameters(Set.of());
    }

    @Override
    public final String getMailetInfo() {
        return getClass().getSimpleName();
    }
}
