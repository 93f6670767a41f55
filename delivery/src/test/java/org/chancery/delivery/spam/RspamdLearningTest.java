package org.chancery.delivery.spam;

import static org.chancery.delivery.spam.ScriptedHttpPeer.answers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.delivery.spam.ScriptedHttpPeer.Request;
import org.junit.jupiter.api.Test;

class RspamdLearningTest {
    private static final byte[] RAW = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void what_people_decided_is_told_with_the_password() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, "{\"success\": true}"));
                RspamdLearning learning = new RspamdLearning(
                        new RspamdConfig.Learning(peer.address(), "a password"), Duration.ofSeconds(5))) {
            WorkspaceId workspace = WorkspaceId.at(Candidates.NOW);
            SpoolId mail = SpoolId.at(Candidates.NOW);
            learning.learn(workspace, mail, Lesson.SPAM, () -> new ByteArrayInputStream(RAW));
            Request spam = peer.request();
            learning.learn(workspace, mail, Lesson.HAM, () -> new ByteArrayInputStream(RAW));
            Request ham = peer.request();

            assertEquals("POST /learnspam HTTP/1.1", spam.line());
            assertEquals("POST /learnham HTTP/1.1", ham.line());
            assertEquals("a password", spam.value("Password"));
            assertArrayEquals(RAW, spam.body());
            assertEquals(0, learning.failures());
        }
    }

    @Test
    void a_decision_does_not_fail_where_nobody_learns() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(401, "{\"error\": \"Unauthorized\"}"))) {
            RspamdLearning learning =
                    new RspamdLearning(new RspamdConfig.Learning(peer.address(), ""), Duration.ofSeconds(5));
            try (learning) {
                learning.learn(
                        WorkspaceId.at(Candidates.NOW),
                        SpoolId.at(Candidates.NOW),
                        Lesson.SPAM,
                        () -> new ByteArrayInputStream(RAW));
                assertEquals("", peer.request().value("Password"));
            }

            assertEquals(1, learning.failures());
        }
    }

    @Test
    void what_was_learned_before_is_no_failure() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(
                answers(404, "{\"error\": \"<1@x> has been already learned as spam, ignore it\"}"))) {
            RspamdLearning learning =
                    new RspamdLearning(new RspamdConfig.Learning(peer.address(), ""), Duration.ofSeconds(5));
            try (learning) {
                learning.learn(
                        WorkspaceId.at(Candidates.NOW),
                        SpoolId.at(Candidates.NOW),
                        Lesson.SPAM,
                        () -> new ByteArrayInputStream(RAW));
                peer.request();
            }

            assertEquals(0, learning.failures());
        }
    }
}
