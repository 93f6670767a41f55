package org.chancery.core.endpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPolicy;
import org.junit.jupiter.api.Test;

class BehaviourRulesTest {
    private static final Behaviour DEFAULT = Behaviour.DEFAULT;
    private static final AgentId AGENT = AgentId.at(Instant.parse("2026-03-01T10:00:00Z"));

    private static void allowed(Behaviour wanted, Behaviour before) {
        assertDoesNotThrow(() -> BehaviourRules.check(wanted, before, "ours.example"::equals));
    }

    private static void refused(String pointer, Behaviour wanted, Behaviour before) {
        CallerFault fault =
                assertThrows(CallerFault.class, () -> BehaviourRules.check(wanted, before, "ours.example"::equals));
        assertEquals(pointer, fault.pointer());
    }

    private static Behaviour admitting(SenderPolicy policy, String... patterns) {
        return DEFAULT.with(new Behaviour.Admission(policy, List.of(patterns), 5));
    }

    private static Behaviour scoring(double max) {
        return DEFAULT.with(new Behaviour.Admission(SenderPolicy.ANYONE, List.of(), max));
    }

    private static Behaviour copying(String... people) {
        return DEFAULT.withDeliverTo(
                List.of(people).stream().map(EmailAddress::of).toList());
    }

    @Test
    void an_agent_belongs_to_plane_agent() {
        allowed(DEFAULT.handledBy(AGENT), DEFAULT);
        allowed(DEFAULT.handledBy(null), DEFAULT);
        refused("/agent_id", DEFAULT.with(DEFAULT.handler().with(Plane.LIGHT, AGENT)), DEFAULT.handledBy(AGENT));
    }

    @Test
    void turns_have_bounds() {
        allowed(DEFAULT.with(DEFAULT.handler().withTurns(0, 1_000_000)), DEFAULT);
        refused("/max_turns_per_sender_day", DEFAULT.with(DEFAULT.handler().withTurns(-1, 5)), DEFAULT);
        refused("/max_turns_per_day", DEFAULT.with(DEFAULT.handler().withTurns(5, 1_000_001)), DEFAULT);
    }

    @Test
    void patterns_are_judged_by_the_policy_that_results() {
        allowed(admitting(SenderPolicy.DOMAIN_ALLOWLIST, "a.example", "*.b.example"), DEFAULT);
        allowed(admitting(SenderPolicy.ADDR_ALLOWLIST, "ann@a.example", "*@b.example"), DEFAULT);
        refused("/allow_patterns/1", admitting(SenderPolicy.DOMAIN_ALLOWLIST, "a.example", "ann@b.example"), DEFAULT);
        refused("/allow_patterns/0", admitting(SenderPolicy.ADDR_ALLOWLIST, "a.example"), DEFAULT);
        refused("/allow_patterns/0", admitting(SenderPolicy.ANYONE, "a.example"), DEFAULT);
        Behaviour byAddress = admitting(SenderPolicy.ADDR_ALLOWLIST, "ann@a.example");
        refused("/allow_patterns/0", admitting(SenderPolicy.DOMAIN_ALLOWLIST, "ann@a.example"), byAddress);
    }

    @Test
    void patterns_that_stand_there_wait_under_a_policy_that_has_none() {
        Behaviour byDomain = admitting(SenderPolicy.DOMAIN_ALLOWLIST, "a.example");
        allowed(admitting(SenderPolicy.ANYONE, "a.example"), byDomain);
        refused("/allow_patterns/0", admitting(SenderPolicy.ANYONE, "b.example"), byDomain);
    }

    @Test
    void all_patterns_together_have_room_in_one_value() {
        String domain = "a".repeat(60) + "." + "b".repeat(60) + "." + "c".repeat(60) + ".example";
        List<String> many =
                IntStream.range(0, 900).mapToObj(i -> "d" + i + "." + domain).toList();
        Behaviour wanted = DEFAULT.with(new Behaviour.Admission(SenderPolicy.DOMAIN_ALLOWLIST, many, 5));
        refused("/allow_patterns", wanted, DEFAULT);
    }

    @Test
    void a_spam_score_is_a_number_on_the_scale() {
        allowed(scoring(0), DEFAULT);
        allowed(scoring(100), DEFAULT);
        refused("/spam_score_max", scoring(-0.01), DEFAULT);
        refused("/spam_score_max", scoring(100.01), DEFAULT);
        refused("/spam_score_max", scoring(Double.NaN), DEFAULT);
        refused("/spam_score_max", scoring(Double.POSITIVE_INFINITY), DEFAULT);
    }

    @Test
    void copies_go_to_people_elsewhere_each_once() {
        allowed(copying("ann@people.example", "bob@people.example"), DEFAULT);
        refused("/deliver_to/1", copying("ann@people.example", "sales@ours.example"), DEFAULT);
        refused("/deliver_to/1", copying("ann@people.example", "Ann@People.example"), DEFAULT);
        String[] many = IntStream.range(0, 21)
                .mapToObj(i -> "p" + i + "@people.example")
                .toArray(String[]::new);
        refused("/deliver_to", copying(many), DEFAULT);
    }

    @Test
    void categories_have_names() {
        allowed(DEFAULT.withCategoryPolicy(Map.of("Rechnung (neu)", CategoryAction.REVIEW)), DEFAULT);
        for (String wrong : List.of("", " ", " x", "a\nb", "x".repeat(61))) {
            refused(
                    "/category_policy/" + wrong,
                    DEFAULT.withCategoryPolicy(Map.of(wrong, CategoryAction.IGNORE)),
                    DEFAULT);
        }
        Behaviour many = DEFAULT.withCategoryPolicy(IntStream.range(0, 51)
                .boxed()
                .collect(java.util.stream.Collectors.toMap(i -> "c" + i, i -> CategoryAction.ROUTE)));
        refused("/category_policy", many, DEFAULT);
    }

    @Test
    void a_category_is_named_once() {
        Behaviour twice =
                DEFAULT.withCategoryPolicy(Map.of("spam", CategoryAction.IGNORE, "Spam", CategoryAction.ROUTE));
        CallerFault fault =
                assertThrows(CallerFault.class, () -> BehaviourRules.check(twice, DEFAULT, domain -> false));
        assertEquals("names a category twice; case makes no difference", fault.text());
    }

    @Test
    void what_stays_as_it_was_is_not_judged_again() {
        Behaviour old = copying("ann@ours.example").withCategoryPolicy(Map.of(" ", CategoryAction.IGNORE));
        allowed(old.withEnabled(false), old);
    }
}
