package org.chancery.core.access;

import java.util.Arrays;
import java.util.Optional;

/** What a token may do, spelled as clients know it. */
public enum Scope {
    EMAIL_READ("email:read"),
    EMAIL_SEND("email:send"),
    APPROVALS_READ("approvals:read"),
    APPROVALS_WRITE("approvals:write"),
    WORK_ROUTES_READ("work_routes:read"),
    WORK_ROUTES_WRITE("work_routes:write"),
    SEQUENCES_READ("sequences:read"),
    SEQUENCES_WRITE("sequences:write"),
    ALERTS_READ("alerts:read"),
    ALERTS_WRITE("alerts:write"),
    WORKFLOWS_READ("workflows:read"),
    WORKFLOWS_WRITE("workflows:write"),
    CONVERSATIONS_READ("conversations:read"),
    CONVERSATIONS_WRITE("conversations:write"),
    CONTACTS_READ("contacts:read"),
    CONTACTS_WRITE("contacts:write"),
    FILES_READ("files:read"),
    FILES_WRITE("files:write"),
    LABELS_READ("labels:read"),
    LABELS_WRITE("labels:write"),
    TASKS_READ("tasks:read"),
    TASKS_WRITE("tasks:write"),
    PROJECTS_READ("projects:read"),
    PROJECTS_WRITE("projects:write"),
    TOKENS_WRITE("tokens:write"),
    /** Everything that the others allow, and what is reserved to the workspace's admins. */
    ADMIN("admin");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** The spelling in tokens and in the API. */
    public String text() {
        return text;
    }

    public static Optional<Scope> parse(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }
}
