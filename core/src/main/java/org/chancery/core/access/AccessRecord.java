package org.chancery.core.access;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.audit.Digests;
import org.chancery.core.id.TokenId;

/** What the record tells of workspaces, people, agents and tokens; never a secret, nor a hash of one. */
public final class AccessRecord {
    private AccessRecord() {}

    public static AuditEntry workspaceCreated(Workspace workspace) {
        return new AuditEntry(
                workspace.id(),
                workspace.createdAt(),
                AuditKind.WORKSPACE_CREATED,
                Author.OPERATOR,
                workspace.id().text(),
                Map.of("domain", workspace.domain(), "slug", workspace.slug()));
    }

    public static AuditEntry tokenCreated(Token token, Author by) {
        return token(AuditKind.TOKEN_CREATED, token, by, token.createdAt());
    }

    /** A token as it is after what happened to it. */
    static AuditEntry token(AuditKind kind, Token token, Author by, Instant now) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("label", token.label());
        details.put(
                "scopes",
                token.grant().scopes().stream().map(Scope::text).sorted().toList());
        details.put("requires_approval", ApprovalRuleTree.write(token.grant().approvalRules()));
        details.put("maker_id", token.maker().text());
        if (token.endpoint() != null) {
            details.put("inbox_id", token.endpoint().text());
        }
        if (token.agent() != null) {
            details.put("agent_id", token.agent().text());
        }
        Instant end = token.grant().expiresAt();
        if (end != null) {
            details.put("expires_at", end.toString());
        }
        return new AuditEntry(token.workspace(), now, kind, by, token.id().text(), details);
    }

    /** @param addresses how many sender addresses are bound to the person */
    public static AuditEntry userCreated(User user, int addresses, boolean hasPassword, Author by) {
        Map<String, Object> details =
                Map.of("role", user.role().text(), "addresses", addresses, "password", hasPassword);
        return user(AuditKind.USER_CREATED, user, by, details, user.createdAt());
    }

    /** @param changed the names of the fields that were given */
    static AuditEntry userChanged(User before, User after, List<String> changed, Author by, Instant now) {
        Map<String, Object> details = new LinkedHashMap<>(Map.of("changed", changed));
        if (after.role() != before.role()) {
            details.put("role", after.role().text());
            details.put("role_before", before.role().text());
        }
        if (after.isActive() != before.isActive()) {
            details.put("status", after.isActive() ? "active" : "disabled");
        }
        return user(AuditKind.USER_CHANGED, before, by, details, now);
    }

    static AuditEntry sessionOpened(Token session, User user) {
        Author by = new Actor.Person(user.id(), user.email()).author(Channel.API, session.id());
        return user(AuditKind.SESSION_OPENED, user, by, Map.of(), session.createdAt());
    }

    /** A person ended one of their sessions, from that or another one. */
    static AuditEntry sessionEnded(Principal by, TokenId session, Instant now) {
        return new AuditEntry(
                by.workspace(),
                now,
                AuditKind.SESSION_ENDED,
                by.author(),
                by.maker().text(),
                Map.of("session_id", session.text()));
    }

    static AuditEntry agent(AuditKind kind, Agent agent, Author by, Instant now) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("name", agent.name());
        details.put("status", agent.status().text());
        details.put("execution_mode", agent.executionMode().text());
        if (agent.webhookUrl() != null) {
            // A URL can hold a password, or a key in its query.
            details.put("webhook_url_digest", Digests.ofText(agent.webhookUrl()));
        }
        return new AuditEntry(agent.workspace(), now, kind, by, agent.id().text(), details);
    }

    private static AuditEntry user(AuditKind kind, User user, Author by, Map<String, Object> details, Instant now) {
        return new AuditEntry(user.workspace(), now, kind, by, user.id().text(), details);
    }
}
