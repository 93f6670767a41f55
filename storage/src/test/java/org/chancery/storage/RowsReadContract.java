package org.chancery.storage;

import static org.chancery.storage.Plenty.AUTHOR;
import static org.chancery.storage.Plenty.FULL;
import static org.chancery.storage.Plenty.HOLDER;
import static org.chancery.storage.Plenty.STRANGER;
import static org.chancery.storage.Plenty.USED_AGAIN;
import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chancery.core.access.TokenSight;
import org.chancery.core.approval.ApprovalRepository.Question;
import org.chancery.core.approval.ApprovalRepository.Whose;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.chancery.storage.RowsRead.Read;
import org.chancery.storage.tx.Durability;
import org.chancery.storage.tx.JooqTransactions;
import org.chancery.testkit.database.TestDatabase;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * How many rows lists and queues read: as many as their page needs, however much is stored. Not how long they take, which a test
 * cannot tell; but who reads and sorts all there is for a page of twenty takes longer with every mail.
 */
interface RowsReadContract {

    /** Rows that are asked for. */
    int PAGE = 20;

    /** More than a page of everything, and more than what stands beside it. */
    int FEW = 50;

    /** Twenty times as much. */
    int MANY = 1_000;

    /**
     * What may be read more with many rows stored than with few: five pages. Beside the page itself that is what is looked up by key
     * for each of its rows, its lane or its addresses, which depends on the rows that a page happens to show; PostgreSQL counts each
     * in an index and in its table. All there is would be 950 rows more, at the least.
     */
    int MORE = 5 * PAGE;

    /** Queries that order rows or take some of them, and are not asked here, each with its reason. */
    Map<String, String> NO_LISTS = Map.of(
            "AccessRepository.workspaces", "all of them, as the operator asks",
            "EndpointRepository.totals", "one row for each endpoint of a workspace",
            "EventCursors.behind", "one row for each workspace",
            "KeySetRepository.of", "all sets of a domain; what is over is forgotten after a while",
            "SearchRepository.page", "counts and walks as far as its bounds say, which BoundedSearchContract narrows",
            "SearchRepository.put", "locks one mail",
            "QueueRepository.addAttempt", "the last number of one job, within an INSERT",
            "DeliveryRepository.addAttempt", "the last number of one delivery");

    /** Limited, and in no order of an index, each with its reason. */
    Map<String, String> IN_NO_ORDER = Map.of(
            "JooqMessageRepository.draftFor", "as many are looked at as one mail has answers",
            "Listing.count", "counts, up to its limit, what stands in one run of an index",
            "JooqEventCursors.behind", "one row for each workspace is read, and those that are behind are few");

    /** What was measured: with few and with many rows stored. */
    Measured measured();

    /** One question to a repository, and what is asked for by it. */
    record Asked(String name, Consumer<Tx> question) {}

    /** What each question read, and which methods of which repositories that was. */
    final class Measured implements AutoCloseable {
        private final JooqStore plain;
        private final JooqStore store;
        private final RowsRead rows;
        private final Plenty plenty;
        private final Set<String> asked = new TreeSet<>();
        private final Map<String, List<Read>> few;
        private final Map<String, List<Read>> many;

        Measured(TestDatabase test, SQLDialect dialect) {
            Database database = Database.open(JooqStore.config(test));
            this.rows = new RowsRead(test);
            Transactions transactions = new JooqTransactions(rows.connections(), dialect, Durability.BY_ITSELF);
            this.plain = JooqStore.on(database, transactions);
            this.store = watched(plain, asked);
            this.plenty = new Plenty(plain);
            this.few = with(FEW);
            this.many = with(MANY);
        }

        private Map<String, List<Read>> with(int number) {
            plenty.fill(number);
            rows.gatherStatistics();
            Map<String, List<Read>> read = new LinkedHashMap<>();
            for (Asked question : questions(store, plenty)) {
                List<Read> reads = rows.during(() -> undone(question.question()));
                assertTrue(read.put(question.name(), reads) == null, question.name());
            }
            return read;
        }

        /** A claim takes what it finds, and the next question shall find as much. */
        private void undone(Consumer<Tx> work) {
            RuntimeException done = new RuntimeException("rolled back");
            try {
                plain.transactions().run(tx -> {
                    work.accept(tx);
                    throw done;
                });
            } catch (RuntimeException e) {
                if (e != done) {
                    throw e;
                }
            }
        }

        @Override
        public void close() {
            plain.close();
        }

        /** The same repositories; whoever is called is noted. */
        private static JooqStore watched(JooqStore store, Set<String> asked) {
            RecordComponent[] parts = JooqStore.class.getRecordComponents();
            try {
                Object[] values = new Object[parts.length];
                for (int i = 0; i < parts.length; i++) {
                    Object part = parts[i].getAccessor().invoke(store);
                    values[i] = isRepository(parts[i].getType()) ? watched(parts[i].getType(), part, asked) : part;
                }
                Class<?>[] types =
                        Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
                return JooqStore.class.getDeclaredConstructor(types).newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Object watched(Class<?> type, Object repository, Set<String> asked) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                asked.add(type.getSimpleName() + '.' + method.getName());
                try {
                    return method.invoke(repository, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        private static boolean isRepository(Class<?> type) {
            return type.isInterface() && type != Transactions.class;
        }

        private static List<Class<?>> repositories() {
            return Arrays.stream(JooqStore.class.getRecordComponents())
                    .<Class<?>>map(RecordComponent::getType)
                    .filter(Measured::isRepository)
                    .toList();
        }

        private static long sum(List<Read> reads) {
            return reads.stream().mapToLong(Read::rows).sum();
        }
    }

    @TestFactory
    default Stream<DynamicTest> a_page_reads_no_more_where_more_is_stored() {
        Measured measured = measured();
        return measured.many.entrySet().stream()
                .map(question -> dynamicTest(question.getKey(), () -> {
                    long few = Measured.sum(measured.few.getOrDefault(question.getKey(), List.of()));
                    long many = Measured.sum(question.getValue());
                    assertTrue(
                            many <= few + MORE,
                            () -> many + " rows were read with " + MANY + " stored, and " + few + " with " + FEW + ":\n"
                                    + plans(question.getValue()));
                }));
    }

    private static String plans(List<Read> reads) {
        return reads.stream()
                .map(read -> read.rows() + " rows for " + read.sql() + '\n' + read.plan())
                .collect(Collectors.joining("\n"));
    }

    @Test
    default void what_each_question_reads_is_counted() {
        measured().many.forEach((name, reads) -> assertFalse(reads.isEmpty(), name));
        assertTrue(Measured.sum(measured().many.getOrDefault("mail of the workspace", List.of())) >= PAGE);
    }

    @Test
    default void every_query_that_orders_or_limits_is_among_those_asked() {
        Set<String> forgotten = OrderedQueries.of(Measured.repositories());
        assertTrue(forgotten.size() > 40, () -> "those there are: " + forgotten);
        forgotten.removeAll(measured().asked);
        forgotten.removeAll(NO_LISTS.keySet());
        assertEquals(Set.of(), forgotten);
    }

    @Test
    default void every_limit_is_one_of_an_order_of_an_index() {
        assertEquals(new TreeSet<>(IN_NO_ORDER.keySet()), OrderedQueries.limitedInNoOrder());
    }

    /** All that is asked for, of the many. */
    private static List<Asked> questions(JooqStore store, Plenty plenty) {
        Questions questions = new Questions(store, plenty);
        questions.ofMail();
        questions.ofFolders();
        questions.ofSearches();
        questions.ofWhatWaits();
        questions.ofRecords();
        questions.ofAccess();
        questions.ofEndpoints();
        questions.ofTheQueue();
        questions.ofDeliveries();
        questions.ofWhatIsForgotten();
        return questions.all;
    }

    /** Asks the repositories for pages: the first one, and one from the middle on. */
    final class Questions {
        private final JooqStore store;
        private final Plenty plenty;
        private final WorkspaceId workspace;
        private final EndpointId endpoint;
        private final Instant middle;
        private final Instant late = NOW.plus(Duration.ofDays(2));
        private final List<Asked> all = new ArrayList<>();

        Questions(JooqStore store, Plenty plenty) {
            this.store = store;
            this.plenty = plenty;
            this.workspace = plenty.workspace;
            this.endpoint = plenty.endpoint;
            this.middle = plenty.middle();
        }

        private void ask(String name, Consumer<Tx> question) {
            all.add(new Asked(name, question));
        }

        private MessageQuery mail(
                @Nullable List<EndpointId> endpoints,
                @Nullable List<String> senders,
                @Nullable HandlingState state,
                @Nullable OutboundStatus status,
                @Nullable Place before) {
            return new MessageQuery(workspace, endpoints, senders, null, state, status, null, null, before);
        }

        void ofMail() {
            HandlingState review = HandlingState.AWAITING_REVIEW;
            List<EndpointId> here = List.of(endpoint);
            List<String> stranger = List.of(STRANGER);
            Map<String, MessageQuery> lists = new LinkedHashMap<>();
            for (Place before : Arrays.asList(null, new Place(middle, MessageId.at(middle)))) {
                String where = before == null ? "" : ", from the middle on";
                lists.put("mail of the workspace" + where, mail(null, null, null, null, before));
                lists.put("mail of an endpoint" + where, mail(here, null, null, null, before));
                lists.put(
                        "mail of three endpoints" + where,
                        mail(List.of(endpoint, EndpointId.at(NOW), EndpointId.at(NOW)), null, null, null, before));
                lists.put("mail of a sender" + where, mail(null, stranger, null, null, before));
                lists.put("mail in review" + where, mail(null, null, review, null, before));
                lists.put("mail in review at an endpoint" + where, mail(here, null, review, null, before));
                lists.put("mail in review of a sender" + where, mail(null, stranger, review, null, before));
                lists.put("held mail" + where, mail(null, null, null, OutboundStatus.HELD, before));
                lists.put(
                        "mail of a thread" + where,
                        new MessageQuery(workspace, null, null, null, null, null, plenty.thread, null, before));
                lists.put(
                        "inbound mail since then" + where,
                        new MessageQuery(workspace, null, null, true, null, null, null, NOW.plusSeconds(1), before));
            }
            lists.forEach((name, query) -> ask(name, tx -> store.messages().page(tx, query, PAGE)));
            ask(
                    "the second page of mail",
                    tx -> store.messages().pageFrom(tx, mail(null, null, null, null, null), PAGE, PAGE));
            ask("a thread", tx -> store.messages().thread(tx, workspace, plenty.thread, PAGE));
            List<InternetMessageId> again = List.of(USED_AGAIN);
            ask("the thread of an id", tx -> store.messages().threadOf(tx, endpoint, again));
            ask("the inbound mail of an id", tx -> store.messages().inboundOf(tx, endpoint, again));
            ask("the outbound mail of an id", tx -> store.messages().outboundOf(tx, endpoint, USED_AGAIN));
            ask("whether an id is ours", tx -> store.correspondence().isOurs(tx, endpoint, again));
            ask(
                    "how well a sender is known",
                    tx -> store.correspondence().with(tx, workspace, EmailAddress.of(STRANGER)));
            // As many are looked through as one mail has answers, whose number nothing bounds but who answers.
            ask("the draft of an answer", tx -> store.messages().draftFor(tx, plenty.answered.id()));
            ask("mail on which an agent has the turn", tx -> store.messages().turnsOf(tx, plenty.agent.id(), PAGE));
            ask("answers that wait", tx -> store.messages().waitingFor(tx, plenty.answered.id()));
            ask(
                    "whether a mail came",
                    tx -> store.messages().delivered(tx, plenty.answered.spool(), new Entrance(endpoint, "")));
            ask("a mail", tx -> store.messages().find(tx, workspace, plenty.answer.id()));
            ask("a mail that is locked", tx -> store.messages().lock(tx, workspace, plenty.answer.id()));
            ask("labels of mail", tx -> store.labels().of(tx, List.of(plenty.answer.id())));
        }

        void ofFolders() {
            store.transactions().run(tx -> {
                var inbox = store.folders().find(tx, endpoint, "INBOX").orElseThrow();
                ask("a folder", reading -> store.folders().entries(reading, inbox.id(), 1, PAGE));
                ask(
                        "a folder, from the middle on",
                        reading -> store.folders().entries(reading, inbox.id(), plenty.stored() / 2, PAGE));
            });
            ask("flags", tx -> store.folders().flag(tx, endpoint, plenty.answered.id(), Flags.NONE));
        }

        void ofSearches() {
            ask("mail that waits for its terms", tx -> store.search().waiting(tx, workspace, PAGE));
            ask("all mail that waits for its terms", tx -> store.search().waitingBehind(tx, null, PAGE));
        }

        void ofWhatWaits() {
            Map<String, Whose> whose = Map.of(
                    "approvals",
                    new Whose.Everybodys(),
                    "approvals at an endpoint",
                    new Whose.AtEndpoint(endpoint),
                    "approvals of a requester",
                    new Whose.AskedBy(plenty.agent.id().value()));
            whose.forEach((name, of) -> {
                for (ApprovalId before : Arrays.asList(null, ApprovalId.at(middle))) {
                    ask(
                            name + (before == null ? "" : ", from the middle on"),
                            tx -> store.approvals()
                                    .page(tx, new Question(workspace, of, ApprovalStatus.PENDING, before), PAGE));
                }
            });
            ask("overdue approvals", tx -> store.approvals().overdue(tx, late, null, PAGE));
            store.transactions().run(tx -> {
                var passed = store.approvals().overdue(tx, middle, null, PAGE).getLast();
                ask(
                        "overdue approvals behind some",
                        reading -> store.approvals().overdue(reading, late, passed, PAGE));
                ask("decisions", reading -> store.approvals().decisions(reading, passed.id()));
            });
            for (Reason reason : Arrays.asList(null, Reason.UNKNOWN_SENDER)) {
                for (EndpointId at : Arrays.asList(null, endpoint)) {
                    for (var before :
                            Arrays.asList(null, new QuarantineRepository.Place(middle, QuarantineId.at(middle)))) {
                        QuarantineRepository.Filter filter =
                                new QuarantineRepository.Filter(Quarantined.Pending.STATE, reason, at);
                        ask(
                                "quarantine" + (at == null ? "" : " of an endpoint")
                                        + (reason == null ? "" : " for a reason")
                                        + (before == null ? "" : ", from the middle on"),
                                tx -> store.quarantine().list(tx, workspace, filter, before, PAGE));
                    }
                }
            }
            ask("a release", tx -> store.quarantine().claimRelease(tx, "us", Set.of(), late, late));
            ask("mail that is to leave", tx -> store.schedule().due(tx, late, PAGE));
            ask("mail that is to leave an endpoint", tx -> store.schedule().at(tx, endpoint, PAGE));
            ask("answers that are missed", tx -> store.awaitedReplies().due(tx, late, PAGE));
        }

        void ofRecords() {
            for (AuditKind kind : Arrays.asList(null, AuditKind.MESSAGE_QUEUED)) {
                for (String actor : Arrays.asList(null, AUTHOR.id())) {
                    for (AuditLog.Place before : Arrays.asList(null, new AuditLog.Place(middle, 3))) {
                        ask(
                                "the record" + (kind == null ? "" : " of a kind")
                                        + (actor == null ? "" : " of somebody")
                                        + (before == null ? "" : ", from the middle on"),
                                tx -> store.audit()
                                        .page(tx, new AuditLog.Question(workspace, kind, actor, null, before), PAGE));
                    }
                }
            }
            ask("the record of one thing", tx -> store.audit().about(tx, workspace, Plenty.SUBJECT, PAGE));
            ask("the record, up from its beginning", tx -> store.audit().after(tx, workspace, 0, PAGE));
            ask("the record, up from the middle", tx -> store.audit().after(tx, workspace, plenty.stored() / 2, PAGE));
            long half = plenty.stored() / 2;
            Set<EndpointId> two = Set.of(endpoint, EndpointId.at(NOW));
            // Somebody with very many is told of most, and of the others' in between reads what they are not told of.
            Set<EndpointId> very = Stream.concat(
                            Stream.of(endpoint), IntStream.range(0, 40).mapToObj(i -> EndpointId.at(NOW)))
                    .collect(Collectors.toSet());
            for (long after : List.of(0L, half)) {
                String where = after == 0 ? "" : ", from the middle on";
                ask("events" + where, tx -> store.events().after(tx, workspace, after, Set.of(), PAGE));
                ask("events of two endpoints" + where, tx -> store.events().after(tx, workspace, after, two, PAGE));
                ask(
                        "events of very many endpoints" + where,
                        tx -> store.events().after(tx, workspace, after, very, PAGE));
            }
            ask("use of the model", tx -> store.modelUsage().days(tx, workspace, PAGE));
            ask("lessons", tx -> store.lessons().oldest(tx, workspace, Lesson.SPAM, PAGE));
            ask("the key that signs", tx -> store.signingKeys().active(tx, plenty.domain));
            ask("keys that wait", tx -> store.signingKeys().waiting(tx));
            ask("policies that are due", tx -> store.stsPolicies().due(tx, late, NOW, PAGE));
            for (SuppressionRepository.Place before :
                    Arrays.asList(null, new SuppressionRepository.Place(middle, EmailAddress.of("b@gone.example")))) {
                ask(
                        "suppressions" + (before == null ? "" : ", from the middle on"),
                        tx -> store.suppressions().page(tx, workspace, before, PAGE));
            }
        }

        void ofAccess() {
            var person = plenty.samples.person;
            ask("people", tx -> store.access().users(tx, workspace, null, PAGE));
            // Before all there are: behind one of them, whose id is as it happens, a page of few might not be full.
            UserId first = UserId.at(NOW.minusSeconds(1));
            ask("people behind one", tx -> store.access().users(tx, workspace, first, PAGE));
            ask("a person", tx -> store.access().user(tx, workspace, person.id()));
            ask("a person by address", tx -> store.access().userByEmail(tx, workspace, person.email()));
            ask("who signs in", tx -> store.signIns().byEmail(tx, HOLDER, null, PAGE));
            ask("who signs in to a workspace", tx -> store.signIns().byEmail(tx, person.email(), workspace, PAGE));
            ask("sessions", tx -> store.signIns().sessions(tx, person.id(), NOW, PAGE));
            ask("agents", tx -> store.access().agents(tx, workspace, null, PAGE));
            ask("agents behind one", tx -> store.access().agents(tx, workspace, plenty.agent.id(), PAGE));
            Map<String, TokenSight> sights = Map.of(
                    "tokens",
                    new TokenSight.All(workspace),
                    "tokens of a person",
                    new TokenSight.OfPerson(workspace, person.id()),
                    "tokens of an agent",
                    new TokenSight.OfAgent(workspace, plenty.agent.id()),
                    "tokens of an inbox",
                    new TokenSight.OfInbox(workspace, endpoint, null));
            sights.forEach((name, sight) -> ask(name, tx -> store.tokens().tokens(tx, sight, null, PAGE)));
            ask("labels", tx -> store.labels().page(tx, workspace, null, PAGE));
        }

        void ofEndpoints() {
            ask("endpoints", tx -> store.endpoints().page(tx, workspace, null, PAGE));
            ask("endpoints behind one", tx -> store.endpoints().page(tx, workspace, endpoint, PAGE));
            ask("endpoints of an agent", tx -> store.endpoints().ofAgent(tx, workspace, plenty.agent.id(), PAGE));
            ask("endpoints that are closed", tx -> store.endpoints().closing(tx, PAGE));
            ask("the outbound mailbox", tx -> store.endpoints().system(tx, workspace));
            ask(
                    "who had an address",
                    tx -> store.endpoints().formerOwner(tx, plenty.samples.workspace.address("again")));
        }

        void ofTheQueue() {
            ask("jobs", tx -> store.queue().claim(tx, "us", late, late, PAGE, Set.of()));
            ask("jobs beside a full destination", tx -> store.queue().claim(tx, "us", late, late, PAGE, Set.of(FULL)));
            ask("when a job is due", tx -> store.queue().nextDue(tx));
            ask("attempts", tx -> store.queue().attempts(tx, plenty.answer.id(), PAGE));
        }

        void ofDeliveries() {
            // Lanes of a full destination are looked through by every claim: see docs/KNOWN-ISSUES.md.
            ask("lanes", tx -> store.deliveries().claim(tx, "us", late, late, PAGE, Set.of()));
            ask("the head of a lane", tx -> store.deliveries().head(tx, plenty.lane));
            ask("a lane that is let go", tx -> store.deliveries().release(tx, plenty.lane, late));
            ask("when a lane is due", tx -> store.deliveries().nextDue(tx));
            for (EventDeliveryId before :
                    Arrays.asList(null, EventDeliveryId.at(NOW.plusMillis(plenty.stored() / 2)))) {
                ask(
                        "deliveries" + (before == null ? "" : ", from the middle on"),
                        tx -> store.deliveries().log(tx, workspace, plenty.subscriber, before, PAGE));
            }
            ask("attempts of a delivery", tx -> store.deliveries().attempts(tx, plenty.delivered.id()));
        }

        void ofWhatIsForgotten() {
            ask("deliveries to forget", tx -> store.deliveries().forget(tx, late, PAGE));
            ask("sessions to forget", tx -> store.signIns().forget(tx, late, PAGE));
            ask("complaints to forget", tx -> store.reports().forgetComplaints(tx, late, PAGE));
            ask("reports to forget", tx -> store.reports().forget(tx, late, PAGE));
            ask("early reports to forget", tx -> store.earlyReports().forget(tx, late, PAGE));
            ask(
                    "early reports of a message",
                    tx -> store.earlyReports()
                            .take(tx, plenty.answer.id(), Set.of(EmailAddress.of("bob@there.example"))));
            ask("labels to clear", tx -> store.labels().clear(tx, PAGE));
        }
    }
}
