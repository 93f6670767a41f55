package org.chancery.mailets;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SpamScore;
import org.jspecify.annotations.Nullable;

/**
 * What steps found out about a mail that came in. While the mail waits for an answer, or for what is away, it is kept in memory
 * for the next try, so that they do not find it out again; where it is lost, they do. Used by one thread at a time.
 */
public final class Found {
    private final Map<EmailAddress, ContentFindings> content = new HashMap<>();
    private final Map<EmailAddress, SpamScore> scores = new HashMap<>();
    private @Nullable RawDigest raw;
    private @Nullable AuthenticationResults authentication;
    private @Nullable AttachmentFindings attachments;

    /** Where its bytes are in the raw-mail store, once they are there. */
    public Optional<RawDigest> raw() {
        return Optional.ofNullable(raw);
    }

    public void raw(RawDigest digest) {
        this.raw = digest;
    }

    /** Who sent it; empty before that was looked at. */
    public Optional<AuthenticationResults> authentication() {
        return Optional.ofNullable(authentication);
    }

    public void authentication(AuthenticationResults results) {
        this.authentication = results;
    }

    /**
     * The mail has to wait for what is away, which may take hours: what the name servers left open is asked again then, for by that
     * time they may answer.
     */
    public void awaitAway() {
        if (authentication != null && authentication.isTemporary()) {
            authentication = null;
        }
    }

    /** What was found in its attachments; empty before they were looked into. */
    public Optional<AttachmentFindings> attachments() {
        return Optional.ofNullable(attachments);
    }

    public void attachments(AttachmentFindings findings) {
        this.attachments = findings;
    }

    /** What was found in the content, by recipient. */
    public Map<EmailAddress, ContentFindings> content() {
        return Collections.unmodifiableMap(content);
    }

    public void content(Map<EmailAddress, ContentFindings> findings) {
        content.putAll(findings);
    }

    /** How much it looks like spam, by recipient. */
    public Map<EmailAddress, SpamScore> scores() {
        return Collections.unmodifiableMap(scores);
    }

    public void scores(Map<EmailAddress, SpamScore> found) {
        scores.putAll(found);
    }
}
