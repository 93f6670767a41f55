package org.chancery.storage.search;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.search.MailIndex;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.Term;
import org.chancery.storage.JooqStore;
import org.chancery.storage.disk.Quiet;
import org.chancery.storage.raw.FileRawMailStore;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.database.TestDatabase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How mail gets its terms: what waits, also since before there were any, whatever happens on the way. */
@ExtendWith(Quiet.class)
class MailIndexTest {
    private static final int MANY = 25;
    private static final int MORE_THAN_A_BATCH = 110;

    @TempDir
    private Path directory;

    private final TestDatabase database = TestDatabase.h2InMemory();
    private FileRawMailStore raw;
    private JooqStore store;

    @BeforeEach
    void open() {
        raw = FileRawMailStore.open(directory.resolve("raw"));
        store = JooqStore.on(database);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private MailIndex index(RawMailStore from) {
        return index(store, from);
    }

    private static MailIndex index(JooqStore store, RawMailStore from) {
        return new MailIndex(store.transactions(), store.search(), store.messages(), from);
    }

    private RawMailStore.Kept keep(String text) {
        String mail = "From: Zoe <zoe@stranger.example>\r\nSubject: Header\r\n\r\n" + text + "\r\n";
        try {
            return raw.put(new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MessageId saying(Samples samples, String text) {
        return saying(samples, text, NOW);
    }

    private MessageId saying(Samples samples, String text, Instant at) {
        RawMailStore.Kept kept = keep(text);
        MessageFacts facts = samples.facts(samples.keptThread(), "Zoe", "zoe@stranger.example", "A question", at);
        return samples.keep(samples.inbound(new MessageFacts(
                        facts.id(),
                        facts.workspace(),
                        facts.endpoint(),
                        facts.thread(),
                        facts.from(),
                        facts.to(),
                        facts.cc(),
                        facts.bcc(),
                        facts.subject(),
                        facts.internetId(),
                        kept.digest(),
                        kept.size(),
                        at)))
                .id();
    }

    private List<MessageId> found(WorkspaceId workspace, String words) {
        return found(store, workspace, words);
    }

    private static List<MessageId> found(JooqStore store, WorkspaceId workspace, String words) {
        MessageQuery mail = new MessageQuery(workspace, null, null, null, null, null, null, null, null);
        SearchQuery query = new SearchQuery(mail, Term.asked(Term.Place.ANYWHERE, words));
        return store.transactions().in(tx -> store.search().page(tx, query, 100)).messages().stream()
                .map(Message::id)
                .toList();
    }

    @Test
    void all_that_waits_is_read_and_once() {
        Samples samples = Samples.in(store);
        for (int i = 0; i < MANY; i++) {
            saying(samples, "meadow");
        }
        assertEquals(MANY, index(raw).run());
        assertEquals(MANY, found(samples.workspace.id(), "meadow question zoe").size());
        assertEquals(0, index(raw).run());
    }

    @Test
    void who_is_stopped_on_the_way_goes_on_later() {
        Samples samples = Samples.in(store);
        for (int i = 0; i < MANY; i++) {
            saying(samples, "meadow number" + i);
        }
        index(new Failing(raw, MANY / 2)).run();
        assertEquals(MANY / 2, found(samples.workspace.id(), "meadow").size());

        assertEquals(MANY - MANY / 2, index(raw).run());

        assertEquals(MANY, found(samples.workspace.id(), "meadow").size());
    }

    @Test
    void a_server_that_stops_waits_for_one_mail_and_not_for_all() {
        Samples samples = Samples.in(store);
        for (int i = 0; i < MANY; i++) {
            saying(samples, "meadow number" + i);
        }
        Failing reading = new Failing(raw, MANY);
        MailIndex stopped = index(reading);
        reading.opened = stopped::stop;
        assertEquals(1, stopped.run());
        assertEquals(0, stopped.run());
        assertEquals(1, found(samples.workspace.id(), "meadow").size());

        assertEquals(MANY - 1, index(raw).run());
    }

    @Test
    void mail_that_cannot_be_read_stops_no_other_and_is_read_once_it_can_be() {
        Samples samples = Samples.in(store);
        MessageId readable = saying(samples, "meadow", NOW.minusSeconds(1));
        for (int i = 0; i < MORE_THAN_A_BATCH; i++) {
            saying(samples, "broken");
        }
        RawDigest broken = keep("broken").digest();

        assertEquals(MORE_THAN_A_BATCH + 1, index(new Failing(raw, broken)).run());

        assertEquals(List.of(readable), found(samples.workspace.id(), "meadow"));
        assertEquals(List.of(), found(samples.workspace.id(), "broken"));
        assertEquals(MORE_THAN_A_BATCH, index(raw).run());
        assertEquals(100, found(samples.workspace.id(), "broken").size());
    }

    @Test
    void who_searches_finds_the_newest_mail_whatever_cannot_be_read_beside_it() {
        Samples samples = Samples.in(store);
        MessageId readable = saying(samples, "meadow");
        saying(samples, "broken");

        index(new Failing(raw, keep("broken").digest())).catchUp(samples.workspace.id());

        assertEquals(List.of(readable), found(samples.workspace.id(), "meadow"));
    }

    @Test
    void who_searches_has_the_newest_mail_of_their_workspace_read_and_no_more() {
        Samples samples = Samples.in(store);
        Samples others = Samples.in(store);
        saying(samples, "meadow");
        for (int i = 0; i < MANY; i++) {
            saying(others, "meadow");
        }
        index(raw).catchUp(samples.workspace.id());
        assertEquals(1, found(samples.workspace.id(), "meadow").size());
        assertEquals(List.of(), found(others.workspace.id(), "meadow"));

        index(raw).catchUp(others.workspace.id());

        int some = found(others.workspace.id(), "meadow").size();
        assertTrue(some > 0 && some < MANY, "a person waits for " + some);
    }

    @Test
    void a_big_mail_is_left_to_the_background() {
        Samples samples = Samples.in(store);
        saying(samples, "meadow " + "grass ".repeat(200_000));
        index(raw).catchUp(samples.workspace.id());
        assertEquals(List.of(), found(samples.workspace.id(), "meadow"));
        index(raw).run();
        assertEquals(1, found(samples.workspace.id(), "meadow").size());
    }

    @Test
    void mail_whose_bytes_are_lost_is_found_by_what_its_header_said() throws IOException {
        Samples samples = Samples.in(store);
        MessageId lost = saying(samples, "meadow");
        try (Stream<Path> files = Files.walk(directory.resolve("raw"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        index(raw).run();
        assertEquals(List.of(lost), found(samples.workspace.id(), "question zoe"));
        assertEquals(List.of(), found(samples.workspace.id(), "meadow"));
    }

    @Test
    void mail_that_was_stored_before_there_were_terms_is_read_after_the_update() throws SQLException {
        TestDatabase old = TestDatabase.h2In(directory);
        String url = old.url() + ";DATABASE_TO_LOWER=TRUE";
        Flyway.configure()
                .dataSource(url, old.user(), old.password())
                .locations("classpath:db/migration/common")
                .placeholders(Map.of("json", "JSON"))
                .target("26")
                .load()
                .migrate();
        UUID workspace = WorkspaceId.at(NOW).value();
        UUID message = MessageId.at(NOW).value();
        try (Connection connection = DriverManager.getConnection(url, old.user(), old.password())) {
            insert(connection, workspace, message, keep("meadow"));
        }
        try (JooqStore updated = JooqStore.on(old)) {
            assertEquals(1, index(updated, raw).run());
            assertEquals(List.of(new MessageId(message)), found(updated, new WorkspaceId(workspace), "meadow"));
        }
    }

    /** A row as it was before the update. */
    private static void insert(Connection connection, UUID workspace, UUID message, RawMailStore.Kept kept)
            throws SQLException {
        String sql =
                "INSERT INTO message (id, workspace_id, endpoint_id, thread_id, inbound, state, state_reason, state_at,"
                        + " from_address, from_canonical, addressees, subject, raw_digest, raw_size, occurred_at, spool_id, recipient,"
                        + " reverse_path, classification, automatic) VALUES (?, ?, ?, ?, TRUE, 'handled', '', CURRENT_TIMESTAMP,"
                        + " 'zoe@stranger.example', 'zoe@stranger.example', JSON '{\"to\":[],\"cc\":[],\"bcc\":[]}', 'Old', ?, ?,"
                        + " CURRENT_TIMESTAMP, ?, 'desk@old.example', '', 'human', FALSE)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setObject(1, message);
            insert.setObject(2, workspace);
            insert.setObject(3, UUID.randomUUID());
            insert.setObject(4, UUID.randomUUID());
            insert.setString(5, kept.digest().hex());
            insert.setLong(6, kept.size());
            insert.setObject(7, UUID.randomUUID());
            insert.execute();
        }
    }

    /** A store that stops to answer after some mails, or never gives one. */
    private static final class Failing implements RawMailStore {
        private final RawMailStore real;
        private int left;
        private final @Nullable RawDigest broken;
        /** What happens meanwhile. */
        private Runnable opened = () -> {};

        Failing(RawMailStore real, int mails) {
            this.real = real;
            this.left = mails;
            this.broken = null;
        }

        Failing(RawMailStore real, RawDigest broken) {
            this.real = real;
            this.left = Integer.MAX_VALUE;
            this.broken = broken;
        }

        @Override
        public Kept put(InputStream mail) throws IOException {
            return real.put(mail);
        }

        @Override
        public Kept putDurably(InputStream mail) throws IOException {
            return real.putDurably(mail);
        }

        @Override
        public InputStream open(RawDigest digest) {
            if (left == 0 || digest.equals(broken)) {
                throw new Unavailable("the store is away", null);
            }
            left--;
            opened.run();
            return real.open(digest);
        }

        @Override
        public void force() {
            real.force();
        }
    }
}
