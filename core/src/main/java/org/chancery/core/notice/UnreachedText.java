package org.chancery.core.notice;

import java.util.List;
import java.util.Map;
import org.chancery.core.access.User;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.notice.NoticePost.Notice;

/** What admins are told of a person whom notices do not reach; a stranger's words are marked as such. Pure. */
final class UnreachedText {
    private static final int MAX_LINE = 500;

    private UnreachedText() {}

    static Notice of(DomainEvent event, User unreached) {
        String email = HeaderText.plain(unreached.email(), MAX_LINE);
        String what = switch (event.type()) {
            case MESSAGE_SPAM_COMPLAINT ->
                "A notice of this server to " + email + " was called spam there. More of them may be taken for spam.";
            case MESSAGE_FAILED -> "A notice of this server to " + email + " could not be sent.";
            default -> "A notice of this server to " + email + " came back.";
        };
        StringBuilder text = new StringBuilder(what);
        for (String reply : replies(event)) {
            text.append("\n\nThe other server said:\n\n> ").append(HeaderText.plain(reply, MAX_LINE));
        }
        text.append(
                        "\n\nNotices tell people of what waits for their approval. Notices to this person are sent as before, but as long as")
                .append(
                        "\nthey do not arrive, what waits may wait unseen. Please ask the person, and correct the address:")
                .append("\nPATCH /v1/users/")
                .append(unreached.id().text())
                .append("/\n");
        return new Notice("Notices", "Notices do not reach " + email, text.toString());
    }

    private static List<String> replies(DomainEvent event) {
        return event.type() == EventType.MESSAGE_SPAM_COMPLAINT
                        || !(event.payload().get("recipients") instanceof List<?> recipients)
                ? List.of()
                : recipients.stream()
                        .filter(Map.class::isInstance)
                        .map(one -> ((Map<?, ?>) one).get("smtp_reply"))
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .filter(reply -> !reply.isBlank())
                        .limit(1)
                        .toList();
    }
}
