package org.chancery.core.screening;

import java.util.List;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.tx.Tx;

/** What a workspace's mail tells about a sender. Each question looks at a few rows, however much mail there is. */
public interface Correspondence {

    /** How far somebody is known. */
    enum Acquaintance {
        /** No mail of theirs was let in. */
        STRANGER,
        /** Mail of theirs was let in. */
        KNOWN,
        /** Somebody answered a mail of theirs, of late. */
        CORRESPONDENT
    }

    /** How far the workspace knows this sender. */
    Acquaintance with(Tx tx, WorkspaceId workspace, EmailAddress sender);

    /** Whether one of these is the id of a mail that the endpoint sent. */
    boolean isOurs(Tx tx, EndpointId endpoint, List<InternetMessageId> ids);
}
