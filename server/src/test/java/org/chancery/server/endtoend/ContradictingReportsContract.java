package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.ReturnedMailContract.arf;
import static org.chancery.server.endtoend.ReturnedMailContract.dsn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chancery.server.endtoend.Outgoing.Sent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A report that speaks of two mails is about the one whose return path it came to or shows, for that is signed; the Message-ID that
 * it names comes after. Both mails left from one endpoint for one recipient, so that it could be about either.
 */
interface ContradictingReportsContract {
    RunningServer server();

    /**
     * The mails.
     *
     * @param meant whose return path the report has
     * @param named whose Message-ID the report has
     */
    record Two(Outgoing outgoing, String recipient, Sent meant, Sent named) {
        String path() {
            return outgoing.returnPath(meant, recipient);
        }

        String otherPath() {
            return outgoing.returnPath(named, recipient);
        }

        String otherId() {
            return outgoing.internetId(named, recipient);
        }

        /** What is returned of the mail in the report. */
        String original(String path) {
            return otherId() + "\r\nReturn-Path: <" + path + ">";
        }

        String bounce(String original) {
            return dsn(recipient, "failed", "5.2.2", "552 5.2.2 mailbox full", original);
        }
    }

    private Two two(boolean isOlderMeant) {
        Outgoing outgoing = new Outgoing(server());
        String recipient = "both@" + Outgoing.domain();
        Sent older = outgoing.send(recipient);
        outgoing.await(older, "delivered");
        Sent younger = outgoing.sendAnother(older, recipient);
        outgoing.await(younger, "delivered");
        return new Two(outgoing, recipient, isOlderMeant ? older : younger, isOlderMeant ? younger : older);
    }

    private void report(String recipient, String content) {
        String reply = server().mail(null, recipient, content);
        assertTrue(reply.startsWith("250"), reply);
    }

    private static void isAbout(Two two, String status) {
        two.outgoing().await(two.meant(), status);
        assertEquals(1, two.outgoing().events("message.bounced", two.meant()).size());
        assertEquals(
                "delivered",
                two.outgoing().shown(two.named()).text("status"),
                two.named().subject());
        assertEquals(List.of(), two.outgoing().events("message.bounced", two.named()));
    }

    @ParameterizedTest(name = "the older one is meant: {0}")
    @ValueSource(booleans = {true, false})
    default void a_report_at_the_return_path_of_one_mail_is_about_that_whatever_message_id_it_names(
            boolean isOlderMeant) {
        Two two = two(isOlderMeant);
        report(two.path(), two.bounce(two.otherId()));
        isAbout(two, "bounced");
    }

    @ParameterizedTest(name = "the older one is meant: {0}")
    @ValueSource(booleans = {true, false})
    default void a_report_at_the_return_path_of_one_mail_is_about_that_whatever_path_it_shows(boolean isOlderMeant) {
        Two two = two(isOlderMeant);
        report(two.path(), two.bounce(two.original(two.otherPath())));
        isAbout(two, "bounced");
    }

    @ParameterizedTest(name = "the older one is meant: {0}")
    @ValueSource(booleans = {true, false})
    default void a_report_at_the_endpoint_is_about_the_mail_whose_return_path_it_shows_and_not_the_one_it_names(
            boolean isOlderMeant) {
        Two two = two(isOlderMeant);
        report(two.meant().address(), two.bounce(two.original(two.path())));
        isAbout(two, "bounced");
    }

    @ParameterizedTest(name = "the older one is meant: {0}")
    @ValueSource(booleans = {true, false})
    default void a_complaint_is_about_the_mail_whose_return_path_it_shows_and_not_the_one_it_names(
            boolean isOlderMeant) {
        Two two = two(isOlderMeant);
        String complaint = arf(two.recipient(), "<" + two.path() + ">")
                .replace(
                        "\r\n--b--\r\n",
                        "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + two.otherId()
                                + "\r\n\r\n--b--\r\n");
        report("abuse@acme.example", complaint);
        server().admin
                .until(
                        "/v1/events/?types=message.spam_complaint&inbox_id="
                                + two.meant().inbox(),
                        answer -> !answer.body().path("events").isEmpty());
        assertEquals(
                1, two.outgoing().events("message.spam_complaint", two.meant()).size());
        assertEquals(List.of(), two.outgoing().events("message.spam_complaint", two.named()));
    }
}
