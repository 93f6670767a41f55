package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.mail.Classification;
import org.chancery.core.send.SendPolicy.Answered;
import org.chancery.core.send.SendPolicy.Facts;
import org.chancery.core.send.SendPolicy.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SendPolicyTest {
    private static final Answered HUMAN_MAIL = new Answered(Classification.HUMAN, false, true);

    @ParameterizedTest
    @CsvSource({
        "AGENT_DECIDES, false, Allowed",
        "AGENT_DECIDES, true,  NeedsPerson",
        "ALWAYS_REPLY,  false, Allowed",
        "ALWAYS_REPLY,  true,  NeedsPerson",
        "HUMAN_REVIEW,  false, NeedsPerson",
        "HUMAN_REVIEW,  true,  NeedsPerson",
        "NEVER_REPLY,   false, Denied",
        "NEVER_REPLY,   true,  Denied",
    })
    void the_reply_policy_decides_about_a_programs_reply(ReplyPolicy policy, boolean wantsDraft, String verdict) {
        assertEquals(verdict, name(SendPolicy.decide(new Facts(true, policy, wantsDraft, HUMAN_MAIL))));
    }

    @ParameterizedTest
    @EnumSource(ReplyPolicy.class)
    void a_person_may_always_send(ReplyPolicy policy) {
        assertEquals("Allowed", name(SendPolicy.decide(new Facts(false, policy, false, HUMAN_MAIL))));
    }

    @ParameterizedTest
    @EnumSource(ReplyPolicy.class)
    void a_person_who_asks_for_a_look_gets_a_draft(ReplyPolicy policy) {
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(false, policy, true, HUMAN_MAIL))));
    }

    @Test
    void a_new_mail_that_asks_for_a_look_does_not_leave() {
        for (boolean byProgram : new boolean[] {true, false}) {
            Facts facts = new Facts(byProgram, ReplyPolicy.ALWAYS_REPLY, true, null);
            assertEquals("NeedsPerson", name(SendPolicy.decide(facts)));
        }
    }

    @ParameterizedTest
    @EnumSource(ReplyPolicy.class)
    void the_reply_policy_says_nothing_about_mail_that_answers_none(ReplyPolicy policy) {
        assertEquals("Allowed", name(SendPolicy.decide(new Facts(true, policy, false, null))));
    }

    @ParameterizedTest
    @EnumSource(value = Classification.class, names = "HUMAN", mode = EnumSource.Mode.EXCLUDE)
    void a_program_never_answers_automatic_mail(Classification classification) {
        Answered automatic = new Answered(classification, false, true);
        for (ReplyPolicy policy : new ReplyPolicy[] {ReplyPolicy.ALWAYS_REPLY, ReplyPolicy.AGENT_DECIDES}) {
            Verdict verdict = SendPolicy.decide(new Facts(true, policy, false, automatic));
            assertEquals(
                    "automatic_mail",
                    assertInstanceOf(Verdict.Denied.class, verdict).code());
        }
    }

    @Test
    void a_person_may_let_a_draft_answer_automatic_mail() {
        Answered list = new Answered(Classification.LIST, false, true);
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.HUMAN_REVIEW, false, list))));
    }

    @Test
    void what_waits_for_a_person_is_not_answered_without_one() {
        Answered waiting = new Answered(Classification.HUMAN, true, true);
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.ALWAYS_REPLY, false, waiting))));
    }

    @Test
    void without_a_turn_left_a_person_decides() {
        Answered spent = new Answered(Classification.HUMAN, false, false);
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.AGENT_DECIDES, false, spent))));
    }

    private static String name(Verdict verdict) {
        return verdict.getClass().getSimpleName();
    }
}
