package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.log.HeardLog;

/** What somebody tries in vain, and what the operator's log and the record say of it. */
final class Refusals implements AutoCloseable {
    private final RunningServer server;
    private final HeardLog log = HeardLog.of("org.chancery.api.http", "org.chancery.smtpingest");

    Refusals(RunningServer server) {
        this.server = server;
    }

    /** No decision is open to the caller: each attempt is a line of the log, and the first one an entry of the record. */
    static void decidesNothing(RunningServer server, Client by, String approval, String code) {
        try (Refusals refusals = new Refusals(server)) {
            refusals.forbidden(by, code, () -> Approvals.approve(by, approval), "/approve/", approval);
            refusals.forbidden(
                    by,
                    code,
                    () -> by.post(
                            Approvals.item(approval) + "approve/", "{\"edits\": {\"text_body\": \"Better so.\"}}"),
                    "/approve/",
                    approval);
            refusals.forbidden(
                    by, code, () -> by.post(Approvals.item(approval) + "reopen/", "{}"), "/reopen/", approval);
            List<JsonNode> entries = refusals.recorded("approval.refused", approval, code).stream()
                    .filter(entry ->
                            entry.path("actor").path("token_id").asText().equals(tokenOf(by)))
                    .toList();
            assertEquals(1, entries.size(), "one entry for one token, kind, subject and hour");
            assertEquals(1, entries.getFirst().path("details").path("count").asInt());
        }
        assertEquals("pending", server.admin.get(Approvals.item(approval)).text("status"));
    }

    static String tokenOf(Client client) {
        return client.get("/v1/whoami/").expect(200).text("token_id");
    }

    /** The call was refused with that code, and is one line more that says who tried it, what, and on what. */
    void forbidden(Client by, String code, Attempt attempt, String... parts) {
        int before = lines("WARN refused ", by, code, parts).size();
        assertEquals(code, attempt.make().expect(403).code());
        assertEquals(before + 1, lines("WARN refused ", by, code, parts).size(), "lines about " + code);
    }

    /** The request was found wrong at that place, and is one line more that says who made it, and what. */
    void invalid(Client by, String place, Attempt attempt, String... parts) {
        int before = lines("INFO refused ", by, place, parts).size();
        assertEquals(place, attempt.make().expect(422).place());
        assertEquals(before + 1, lines("INFO refused ", by, place, parts).size(), "lines about " + place);
    }

    /** The call was refused with that status and code, and is one line more that says who tried it, what, and on what. */
    void refused(Client by, int status, String code, Attempt attempt, String... parts) {
        String line = (status == 403 ? "WARN" : "INFO") + " refused ";
        int before = lines(line, by, status + " " + code, parts).size();
        assertEquals(code, attempt.make().expect(status).code());
        assertEquals(before + 1, lines(line, by, status + " " + code, parts).size(), "lines about " + code);
    }

    private List<String> lines(String beginning, Client by, String part, String... parts) {
        String token = "token=" + tokenOf(by);
        return log.lines(
                beginning,
                Stream.concat(Stream.of(token, part), Stream.of(parts)).toArray(String[]::new));
    }

    /** Lines about refused submissions of that token. */
    List<String> submissions(String tokenId, String part) {
        return log.lines("INFO refused submission ", "token=" + tokenId, part);
    }

    interface Attempt {
        Answer make();
    }

    /** What the record tells of attempts on a subject with that code, oldest first. */
    List<JsonNode> recorded(String kind, String subject, String code) {
        return Approvals.each(server.admin
                        .get("/v1/audit/?limit=200&kind=" + kind)
                        .expect(200)
                        .body())
                .filter(entry -> entry.path("subject").asText().equals(subject)
                        && entry.path("details").path("code").asText().equals(code))
                .sorted((one, other) ->
                        Long.compare(one.path("seq").asLong(), other.path("seq").asLong()))
                .toList();
    }

    @Override
    public void close() {
        log.close();
    }
}
