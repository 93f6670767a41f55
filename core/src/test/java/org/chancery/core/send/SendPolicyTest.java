package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.send.SendPolicy.Answered;
import org.chancery.core.send.SendPolicy.Doubt;
import org.chancery.core.send.SendPolicy.Facts;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.send.SendPolicy.Verdict.NeedsApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SendPolicyTest {
    private static final Answered HUMAN_MAIL = new Answered(Classification.HUMAN, false, true, Set.of());

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
        Facts program = new Facts(true, ReplyPolicy.ALWAYS_REPLY, true, null);
        NeedsApproval waits = assertInstanceOf(NeedsApproval.class, SendPolicy.decide(program));
        assertEquals(Holder.REQUESTER, waits.holder());
        assertEquals(1, waits.rule().reviewers());
        Facts person = new Facts(false, ReplyPolicy.ALWAYS_REPLY, true, null);
        assertEquals("NeedsPerson", name(SendPolicy.decide(person)));
    }

    @Test
    void what_its_sender_alone_wants_held_is_the_operators_or_the_tokens_where_they_want_it_too() {
        Verdict asked = SendPolicy.decide(new Facts(true, ReplyPolicy.ALWAYS_REPLY, true, null));
        ApprovalRule two = new ApprovalRule(ApprovalRule.EMAIL_SEND, ApprovalRule.When.ALWAYS, 2, null);
        NeedsApproval byToken = new NeedsApproval(two, Holder.TOKEN);
        assertEquals(byToken, SendPolicy.under(two, true, false, false, asked));
        assertEquals(byToken, SendPolicy.underOperator(byToken));
        assertEquals(
                Holder.OPERATOR,
                assertInstanceOf(NeedsApproval.class, SendPolicy.underOperator(asked))
                        .holder());
        Verdict denied = new Verdict.Denied("replies_not_allowed", "no");
        assertEquals(denied, SendPolicy.underOperator(denied));
    }

    @ParameterizedTest
    @EnumSource(ReplyPolicy.class)
    void the_reply_policy_says_nothing_about_mail_that_answers_none(ReplyPolicy policy) {
        assertEquals("Allowed", name(SendPolicy.decide(new Facts(true, policy, false, null))));
    }

    @ParameterizedTest
    @EnumSource(value = Classification.class, names = "HUMAN", mode = EnumSource.Mode.EXCLUDE)
    void a_program_never_answers_automatic_mail(Classification classification) {
        Answered automatic = new Answered(classification, false, true, Set.of());
        for (ReplyPolicy policy : new ReplyPolicy[] {ReplyPolicy.ALWAYS_REPLY, ReplyPolicy.AGENT_DECIDES}) {
            Verdict verdict = SendPolicy.decide(new Facts(true, policy, false, automatic));
            assertEquals(
                    "automatic_mail",
                    assertInstanceOf(Verdict.Denied.class, verdict).code());
        }
    }

    @Test
    void a_person_may_let_a_draft_answer_automatic_mail() {
        Answered list = new Answered(Classification.LIST, false, true, Set.of());
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.HUMAN_REVIEW, false, list))));
    }

    @Test
    void what_waits_for_a_person_is_not_answered_without_one() {
        Answered waiting = new Answered(Classification.HUMAN, true, true, Set.of());
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.ALWAYS_REPLY, false, waiting))));
    }

    @Test
    void without_a_turn_left_a_person_decides() {
        Answered spent = new Answered(Classification.HUMAN, false, false, Set.of());
        assertEquals("NeedsPerson", name(SendPolicy.decide(new Facts(true, ReplyPolicy.AGENT_DECIDES, false, spent))));
    }

    @ParameterizedTest
    @CsvSource({
        "true,  AGENT_DECIDES, FORGED,        NeedsPerson",
        "true,  AGENT_DECIDES, LED_ELSEWHERE, NeedsPerson",
        "true,  ALWAYS_REPLY,  FORGED,        NeedsPerson",
        "true,  ALWAYS_REPLY,  LED_ELSEWHERE, NeedsPerson",
        "true,  HUMAN_REVIEW,  FORGED,        NeedsPerson",
        "true,  NEVER_REPLY,   FORGED,        Denied",
        "false, ALWAYS_REPLY,  FORGED,        Allowed",
        "false, HUMAN_REVIEW,  LED_ELSEWHERE, Allowed",
    })
    void an_answer_that_may_reach_somebody_who_never_wrote_is_seen_by_a_person(
            boolean byProgram, ReplyPolicy policy, Doubt doubt, String verdict) {
        Answered doubtful = new Answered(Classification.HUMAN, false, true, Set.of(doubt));
        assertEquals(verdict, name(SendPolicy.decide(new Facts(byProgram, policy, false, doubtful))));
    }

    @Test
    void the_doubt_is_told() {
        Answered both = new Answered(Classification.HUMAN, false, true, EnumSet.allOf(Doubt.class));
        assertEquals(
                "the answered mail failed DMARC: it may be from somebody else",
                SendPolicy.decide(new Facts(true, ReplyPolicy.AGENT_DECIDES, false, both))
                        .reason());
    }

    @ParameterizedTest
    @CsvSource({
        "customer.example, '', false",
        "customer.example, customer.example, false",
        "mail.customer.example, customer.example, false",
        "customer.example, desk.customer.example, false",
        "customer.example, victim.example, true",
        "customer.example, notcustomer.example, true",
        "a.customer.example, b.customer.example, true",
        "customer.example, example, true",
        "customer.example, customer.example victim.example, true",
    })
    void an_answer_is_led_elsewhere_by_a_domain_that_is_not_the_senders(
            String from, String replyTo, boolean elsewhere) {
        List<Mailbox> answers = Arrays.stream(replyTo.split(" "))
                .filter(domain -> !domain.isEmpty())
                .map(domain -> Mailbox.of(EmailAddress.of("x@" + domain)))
                .toList();
        assertEquals(elsewhere, AnswerAddress.leadsElsewhere(Mailbox.of(EmailAddress.of("ana@" + from)), answers));
    }

    private static String name(Verdict verdict) {
        return verdict.getClass().getSimpleName();
    }
}
