package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.FolderId;
import org.chancery.core.id.MessageId;
import org.chancery.core.tx.Tx;

/**
 * Folders of endpoints and the messages in them, numbered as IMAP wants it: UIDs that only grow within a UIDVALIDITY
 * (RFC 9051 §2.3.1.1) and a mod-sequence that grows with every change of a folder (RFC 7162 §3.1).
 */
public interface FolderRepository {

    /** A folder. */
    record Folder(FolderId id, EndpointId endpoint, String name, long uidValidity, long uidNext, long highestModSeq) {}

    /** A message in a folder. */
    record Entry(MessageId message, long uid, long modSeq, Flags flags) {}

    /** The system flags (RFC 9051 §2.3.2) and keywords, which are kept as clients spelled them. */
    record Flags(
            boolean seen, boolean answered, boolean flagged, boolean deleted, boolean draft, List<String> keywords) {
        public static final Flags NONE = new Flags(false, false, false, false, false, List.of());

        public Flags {
            keywords = List.copyOf(keywords);
        }

        public Flags withSeen() {
            return new Flags(true, answered, flagged, deleted, draft, keywords);
        }

        public Flags withAnswered() {
            return new Flags(seen, true, flagged, deleted, draft, keywords);
        }

        public Flags withDraft() {
            return new Flags(seen, answered, flagged, deleted, true, keywords);
        }
    }

    /** The names every mailbox begins with. */
    List<String> STANDARD = List.of("INBOX", "Sent", "Drafts", "Bounces");

    /** Makes the standard folders of a new endpoint. */
    void create(Tx tx, EndpointId endpoint, Instant now);

    Optional<Folder> find(Tx tx, EndpointId endpoint, String name);

    /** Puts a message into a folder under the next UID and mod-sequence; locks the folder until the transaction ends. */
    Entry append(Tx tx, EndpointId endpoint, String folder, MessageId message, Flags flags);

    /** Takes a message out of a folder; whether it was there. */
    boolean remove(Tx tx, EndpointId endpoint, String folder, MessageId message);

    /** Sets the flags of a message wherever it stands in the endpoint's mailbox, with a new mod-sequence. */
    void flag(Tx tx, EndpointId endpoint, MessageId message, Flags flags);

    /** Entries in UID order, from the given UID on. */
    List<Entry> entries(Tx tx, FolderId folder, long fromUid, int limit);
}
