package org.chancery.api.audit;

import java.time.Instant;
import java.util.Map;
import org.chancery.api.http.Field;
import org.chancery.core.audit.ChainedEntry;
import org.jspecify.annotations.Nullable;

/** An entry of the record: all that its hash is computed from. */
public record AuditEntryJson(
        @Field("Its number in the workspace's record: from 1 on, without gaps.")
        long seq,

        Instant at,
        String kind,
        ActorJson actor,

        @Field("The id of what it is about.") String subject,

        @Field("Ids, our own words, and SHA-256 digests of what was said; never what was said itself.")
        Map<String, Object> details,

        @Field("The hash of the entry before it.") String previousHash,
        String hash) {

    /** Who did it. */
    public record ActorJson(
            @Field("user, agent, endpoint, operator or server.")
            String kind,

            @Field("For operator and server the same word again.")
            String id,

            String label,

            @Field("By which way: api, console, smtp, admin or server.")
            String channel,

            @Field("Of the token that was used; null where there was none.") @Nullable
            String tokenId) {}

    static AuditEntryJson of(ChainedEntry entry) {
        ChainedEntry.Actor by = entry.actor();
        return new AuditEntryJson(
                entry.seq(),
                entry.at(),
                entry.kind(),
                new ActorJson(by.kind(), by.id(), by.label(), by.channel(), by.token()),
                entry.subject(),
                entry.detailsTree(),
                entry.previousHash(),
                entry.hash());
    }
}
