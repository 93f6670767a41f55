package org.chancery.core.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The very bytes that are hashed: others compute them, so that they must never change. */
class AuditChainTest {
    private static final WorkspaceId WORKSPACE =
            new WorkspaceId(UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"));

    private static final ChainedEntry ENTRY = new ChainedEntry(
            1,
            Instant.parse("2026-05-15T10:00:00.120Z"),
            "message.queued",
            new ChainedEntry.Actor("user", "usr_1", "zoë@ours.example", "api", "tok_1"),
            "msg_1",
            "{\"raw\":\"00\",\"size\":17}",
            AuditChain.origin(WORKSPACE),
            "");

    @Test
    void an_entry_is_hashed_as_the_documents_say() {
        assertEquals(
                "{\"actor\":{\"channel\":\"api\",\"id\":\"usr_1\",\"kind\":\"user\",\"label\":\"zoë@ours.example\","
                        + "\"token_id\":\"tok_1\"},\"at\":\"2026-05-15T10:00:00.120Z\","
                        + "\"details\":{\"raw\":\"00\",\"size\":17},\"kind\":\"message.queued\",\"seq\":1,"
                        + "\"subject\":\"msg_1\"}",
                AuditChain.canonical(ENTRY));
        assertEquals(
                AuditChain.canonical(ENTRY),
                CanonicalJson.write(CanonicalJson.readObject(AuditChain.canonical(ENTRY))),
                "canonical as a whole");
        // Computed with other programs.
        assertEquals("c69bdcbbcb65191b75fc29d160c5743d30d5b2c6f2dd7477097b07e80048ff4b", AuditChain.origin(WORKSPACE));
        assertEquals("ff2c219f3d2e402308ac81334d974e4b56b3548d3c944bf2df8e2563a82e6a13", ENTRY.content());
        assertEquals(
                "43370f5e1d24c5dd239a0d40c3bc2f745c989dc6f0e0608389dcac36977a787f",
                AuditChain.hash(ENTRY.previousHash(), ENTRY.content()));
    }

    @Test
    void an_entry_without_a_token_names_none() {
        ChainedEntry without = new ChainedEntry(
                1,
                ENTRY.at(),
                "message.queued",
                new ChainedEntry.Actor("server", "server", "server", "server", null),
                "msg_1",
                "{}",
                ENTRY.previousHash(),
                "");
        assertEquals(
                "{\"actor\":{\"channel\":\"server\",\"id\":\"server\",\"kind\":\"server\",\"label\":\"server\"},"
                        + "\"at\":\"2026-05-15T10:00:00.120Z\",\"details\":{},\"kind\":\"message.queued\",\"seq\":1,"
                        + "\"subject\":\"msg_1\"}",
                AuditChain.canonical(without));
    }

    @Test
    void canonical_json_sorts_keys_by_code_units_and_escapes_as_little_as_it_may() {
        // The keys of RFC 8785 §3.2.3, and the text of its §3.2.2.
        assertEquals(
                "{\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"€\":5,\"\uD83D\uDE00\":6,\"\uFB33\":7}",
                CanonicalJson.write(
                        Map.of("€", 5, "\r", 1, "\uFB33", 7, "1", 2, "\uD83D\uDE00", 6, "\u0080", 3, "ö", 4)));
        assertEquals("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"", CanonicalJson.text("€$\u000F\nA'B\"\\\\\"/"));
        assertEquals(
                "{\"a\":[],\"b\":[true,{},\"\",-5]}",
                CanonicalJson.write(Map.of("b", List.of(true, Map.of(), "", -5), "a", List.of())));
        assertEquals("\"\uFFFD\"", CanonicalJson.text("\uD800"));
    }

    @Test
    void what_others_could_read_differently_is_not_written() {
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.write(1.5));
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.write(1L << 53));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}x",
                " {}",
                "{\"a\":1,}",
                "{\"a\" :1}",
                "{\"b\":1,\"a\":2}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":01}",
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":-0}",
                "{\"a\":null}",
                "{\"a\":tru}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\\u00zz\"}",
                "{\"a\":\"\\/\"}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":9007199254740992}"
            })
    void no_other_spelling_is_read(String json) {
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.readObject(json));
    }

    @Test
    void a_tree_of_endless_depth_is_refused() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.readObject(deep));
    }
}
