package org.chancery.core.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.audit.Digests;
import org.chancery.core.evidence.EvidenceVerifier.Report;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.junit.jupiter.api.Test;

class EvidenceVerifierTest {
    private static final byte[] MAIL = "From: a@b.example\r\n\r\nHello.\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String MAIL_DIGEST = Digests.of(MAIL);
    private static final String NOTE = "as agreed";
    private static final String LOST = Digests.ofText("forgotten");
    private static final EvidenceKey KEY = EvidenceKey.of(EvidenceKey.generate());

    /** One mail, and nothing else. */
    private static final RawMailStore RAW = new RawMailStore() {
        @Override
        public Kept put(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Kept putDurably(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(RawDigest digest) {
            if (!digest.hex().equals(MAIL_DIGEST)) {
                throw new MissingMail(digest, "here", new IOException("gone"));
            }
            return new ByteArrayInputStream(MAIL);
        }

        @Override
        public void force() {}
    };

    private static ChainedEntry entry(long seq, String previous, String subject, Map<String, Object> details) {
        return entry(seq, previous, "message.queued", subject, details);
    }

    private static ChainedEntry entry(
            long seq, String previous, String kind, String subject, Map<String, Object> details) {
        ChainedEntry unhashed = new ChainedEntry(
                seq,
                Instant.parse("2026-05-15T10:00:00Z"),
                kind,
                new ChainedEntry.Actor("user", "usr_1", "a@ours.example", "api", null),
                subject,
                CanonicalJson.write(details),
                previous,
                "");
        return new ChainedEntry(
                seq,
                unhashed.at(),
                unhashed.kind(),
                unhashed.actor(),
                subject,
                unhashed.details(),
                previous,
                AuditChain.hash(previous, unhashed.content()));
    }

    /** Two entries about a message, with somebody else's between them. */
    private static Evidence evidence() {
        ChainedEntry first = entry(
                7,
                Digests.ofText("before"),
                "msg_1",
                Map.of("raw_digest", MAIL_DIGEST, "size", (long) MAIL.length, "note_digest", Digests.ofText(NOTE)));
        ChainedEntry other = entry(8, first.hash(), "msg_2", Map.of());
        ChainedEntry last = entry(9, other.hash(), "msg_1", Map.of("draft_digest", LOST));
        String lines = ChainRun.ENTRY + AuditChain.canonical(first) + "\n" + ChainRun.CONTENT + other.content() + "\n"
                + ChainRun.ENTRY + AuditChain.canonical(last) + "\n";
        return new Evidence(
                "msg_1",
                Map.of("workspace_id", "ws_1", "exported_at", "2026-05-15T11:00:00Z", "subjects", List.of("msg_1")),
                new Head(20, Digests.ofText("head")),
                List.of(new ChainRun(7, first.previousHash(), lines, new Head(9, last.hash()))),
                Map.of("texts/" + Digests.ofText(NOTE) + ".txt", NOTE, "messages/msg_1.json", "{\"subject\":\"Hi\"}"),
                Map.of(MAIL_DIGEST, (long) MAIL.length),
                Map.of(LOST, "draft_digest"));
    }

    private static String others() {
        return AuditChain.canonical(entry(1, Digests.ofText("0"), "msg_3", Map.of()));
    }

    private static byte[] bundle(Evidence evidence, EvidenceKey key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            evidence.write(out, RAW, key);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Report verify(byte[] bundle) {
        try {
            return EvidenceVerifier.verify(new ByteArrayInputStream(bundle));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_bundle_as_it_was_written_fits() {
        Report report = verify(bundle(evidence(), KEY));
        assertEquals(List.of(), report.faults());
        assertEquals("msg_1", report.about());
        assertEquals(KEY.fingerprint(), report.fingerprint());
        assertEquals(2, report.entries());
        assertEquals(1, report.mails());
        assertEquals(List.of(LOST), report.missing());
    }

    @Test
    void every_octet_counts() {
        byte[] bundle = bundle(evidence(), KEY);
        for (int i = 0; i < bundle.length; i++) {
            for (int mask : new int[] {1, 0x20, 0xff}) {
                byte[] changed = bundle.clone();
                changed[i] ^= (byte) mask;
                assertFalse(verify(changed).isIntact(), "octet " + i + " of " + bundle.length);
            }
        }
    }

    @Test
    void a_bundle_that_is_cut_off_or_goes_on_does_not_fit() {
        byte[] bundle = bundle(evidence(), KEY);
        for (int length = 0; length < bundle.length; length += 97) {
            assertFalse(verify(Arrays.copyOf(bundle, length)).isIntact(), "cut to " + length);
        }
        assertFalse(verify(Arrays.copyOf(bundle, bundle.length - 1)).isIntact());
        assertFalse(verify(Arrays.copyOf(bundle, bundle.length + 1)).isIntact());
        assertFalse(verify(Arrays.copyOf(bundle, bundle.length + 512)).isIntact());
    }

    @Test
    void what_was_changed_is_named() {
        byte[] bundle = bundle(evidence(), KEY);
        assertNames("raw/" + MAIL_DIGEST + ".eml: ", changed(bundle, "Hello."));
        assertNames("texts/" + Digests.ofText(NOTE) + ".txt: ", changed(bundle, NOTE));
        assertNames("messages/msg_1.json: ", changed(bundle, "\"Hi\""));
        assertNames("chain/7.txt: ", changed(bundle, "message.queued"));
        assertNames("manifest.json: ", changed(bundle, KEY.fingerprint()));
        assertNames("signature.txt: ", changed(bundle, "Hello."));
    }

    /** Somebody who signs anew with a key of their own: it fits together, and the fingerprint is another one. */
    @Test
    void a_forgers_signature_shows_by_its_fingerprint_alone() {
        Report forged = verify(bundle(evidence(), EvidenceKey.of(EvidenceKey.generate())));
        assertTrue(forged.isIntact());
        assertFalse(forged.fingerprint().equals(KEY.fingerprint()));
    }

    @Test
    void a_chain_that_does_not_lead_to_its_head_is_found_even_where_it_is_signed() {
        Evidence whole = evidence();
        ChainRun run = whole.runs().getFirst();
        ChainRun other = new ChainRun(run.seq(), Digests.ofText("another"), run.lines(), run.head());
        assertNames("chain/7.txt: does not lead to the head", bundle(with(whole, List.of(other)), KEY));
        ChainRun shifted = new ChainRun(8, run.previousHash(), run.lines(), run.head());
        assertNames("chain/8.txt: entry 8 bears another number", bundle(with(whole, List.of(shifted)), KEY));
    }

    @Test
    void what_the_record_names_has_to_be_there_or_to_be_named_as_missing() {
        Evidence whole = evidence();
        Evidence without = new Evidence(
                whole.about(), whole.manifest(), whole.head(), whole.runs(), Map.of(), whole.mails(), whole.missing());
        assertNames("chain/7.txt: entry 7 names a note_digest that is not there", bundle(without, KEY));
        Evidence ofAnother = new Evidence(
                "msg_9",
                whole.manifest(),
                whole.head(),
                whole.runs(),
                whole.documents(),
                whole.mails(),
                whole.missing());
        assertNames("manifest.json: msg_9 is not among its subjects", bundle(ofAnother, KEY));
        Evidence withAnothers = new Evidence(
                whole.about(),
                Map.of("subjects", List.of("msg_1", "msg_2")),
                whole.head(),
                List.of(new ChainRun(1, Digests.ofText("0"), ChainRun.ENTRY + others() + "\n", whole.head())),
                whole.documents(),
                whole.mails(),
                whole.missing());
        assertNames("chain/1.txt: entry 1 is about something else", bundle(withAnothers, KEY));
    }

    @Test
    void only_mails_and_notes_kept_by_digest_alone_may_be_gone() {
        for (String[] gone : new String[][] {
            {"message.queued", "raw_digest", "fits"},
            {"message.queued", "draft_digest", "fits"},
            {"approval.approved", "edited_digest", "fits"},
            {"message.escalated", "note_digest", "fits"},
            {"message.discarded", "reason_digest", "fits"},
            {"message.queued", "envelope_digest", "does not"},
            {"message.delivered", "attempt_digest", "does not"},
            {"quarantine.accepted", "note_digest", "does not"},
            {"message.rejected", "reason_digest", "does not"},
        }) {
            Evidence whole = evidence();
            ChainedEntry entry = entry(7, Digests.ofText("before"), gone[0], "msg_1", Map.of(gone[1], LOST));
            Evidence without = new Evidence(
                    whole.about(),
                    whole.manifest(),
                    whole.head(),
                    List.of(run(entry)),
                    Map.of(),
                    Map.of(),
                    Map.of(LOST, gone[1]));
            assertEquals(gone[2].equals("fits"), verify(bundle(without, KEY)).isIntact(), gone[0] + " " + gone[1]);
        }
    }

    @Test
    void what_no_entry_names_is_not_there_for_the_record() {
        Evidence whole = evidence();
        String forged = Digests.ofText("never said");
        Map<String, String> documents = new HashMap<>(whole.documents());
        documents.put("texts/" + forged + ".txt", "never said");
        Evidence more = new Evidence(
                whole.about(), whole.manifest(), whole.head(), whole.runs(), documents, whole.mails(), whole.missing());
        assertNames("texts/" + forged + ".txt: is named by no entry", bundle(more, KEY));
    }

    /** Whoever changes what the database tells of a decision cannot change what the record tells of it. */
    @Test
    void a_decision_that_the_record_tells_otherwise_does_not_fit() {
        String decision = "{\"at\":\"2026-05-15T10:00:00.000123Z\",\"by\":\"a@ours.example\",\"by_id\":\"usr_1\","
                + "\"channel\":\"api\",\"decision\":\"approve\",\"note\":\"as agreed\",\"raw_digest\":\"" + MAIL_DIGEST
                + "\"}";
        assertEquals(List.of(), verify(bundle(ofApproval(decision), KEY)).faults());
        for (String[] change : new String[][] {
            {"usr_1", "usr_2"},
            {"\"approve\"", "\"reject\""},
            {"10:00:00.0", "10:00:01.0"},
            {MAIL_DIGEST, LOST},
        }) {
            assertNames(
                    "approvals/apr_1.json: does not tell the decision",
                    bundle(ofApproval(decision.replace(change[0], change[1])), KEY));
        }
        assertNames(
                "approvals/apr_1.json: does not tell the decision",
                bundle(ofApproval(decision.replace("as agreed", "as I agreed")), KEY));
        assertNames("approvals/apr_1.json: does not tell the decision", bundle(ofApproval(""), KEY));
        assertNames(
                "approvals/apr_1.json: tells a decision that is not",
                bundle(ofApproval(decision + "," + decision), KEY));
        Evidence asked = ofApproval(decision);
        Map<String, String> documents = new HashMap<>(asked.documents());
        documents.compute(
                "approvals/apr_1.json",
                (name, json) -> String.valueOf(json).replace("\"id\":\"usr_1\"", "\"id\":\"usr_9\""));
        Evidence byAnother = new Evidence(
                asked.about(), asked.manifest(), asked.head(), asked.runs(), documents, asked.mails(), asked.missing());
        assertNames("approvals/apr_1.json: does not tell who asked", bundle(byAnother, KEY));
    }

    private static Evidence ofApproval(String decisions) {
        ChainedEntry queued = entry(
                1,
                Digests.ofText("0"),
                "approval.queued",
                "apr_1",
                Map.of("message_id", "msg_1", "raw_digest", MAIL_DIGEST, "rule", List.of("email:send")));
        ChainedEntry approved = entry(
                2,
                queued.hash(),
                "approval.approved",
                "apr_1",
                Map.of("raw_digest", MAIL_DIGEST, "note_digest", Digests.ofText(NOTE)));
        String document = "{\"approval_id\":\"apr_1\",\"decisions\":[" + decisions
                + "],\"message_id\":\"msg_1\",\"requested_by\":{\"id\":\"usr_1\"},\"rule\":[\"email:send\"]}";
        return new Evidence(
                "apr_1",
                Map.of("subjects", List.of("apr_1")),
                new Head(2, approved.hash()),
                List.of(run(queued, approved)),
                Map.of("approvals/apr_1.json", document, "texts/" + Digests.ofText(NOTE) + ".txt", NOTE),
                Map.of(MAIL_DIGEST, Gathering.UNKNOWN),
                Map.of());
    }

    private static ChainRun run(ChainedEntry... entries) {
        StringBuilder lines = new StringBuilder();
        for (ChainedEntry entry : entries) {
            lines.append(ChainRun.ENTRY).append(AuditChain.canonical(entry)).append('\n');
        }
        ChainedEntry last = entries[entries.length - 1];
        return new ChainRun(
                entries[0].seq(), entries[0].previousHash(), lines.toString(), new Head(last.seq(), last.hash()));
    }

    @Test
    void a_piece_that_ends_at_the_records_head_ends_there() {
        Evidence whole = evidence();
        Evidence other = new Evidence(
                whole.about(),
                whole.manifest(),
                new Head(9, Digests.ofText("another head")),
                whole.runs(),
                whole.documents(),
                whole.mails(),
                whole.missing());
        assertNames("chain/7.txt: does not lead to the head of the record", bundle(other, KEY));
    }

    @Test
    void a_mail_whose_bytes_are_lost_is_named_as_missing() {
        Evidence whole = evidence();
        String gone = Digests.ofText("no such mail");
        Evidence more = new Evidence(
                whole.about(),
                whole.manifest(),
                whole.head(),
                whole.runs(),
                whole.documents(),
                Map.of(MAIL_DIGEST, (long) MAIL.length, gone, 5L),
                whole.missing());
        Report report = verify(bundle(more, KEY));
        assertEquals(List.of(), report.faults());
        assertTrue(report.missing().contains(gone));
    }

    @Test
    void a_mail_that_is_not_as_long_as_the_record_says_breaks_the_bundle_off() {
        Evidence whole = evidence();
        Evidence longer = new Evidence(
                whole.about(),
                whole.manifest(),
                whole.head(),
                whole.runs(),
                whole.documents(),
                Map.of(MAIL_DIGEST, MAIL.length + 1L),
                whole.missing());
        assertThrows(IOException.class, () -> longer.write(new ByteArrayOutputStream(), RAW, KEY));
    }

    @Test
    void what_is_no_bundle_does_not_fit() {
        assertFalse(verify(new byte[0]).isIntact());
        assertFalse(verify(new byte[10_240]).isIntact());
        assertFalse(verify(MAIL).isIntact());
    }

    @Test
    void a_key_is_read_as_it_was_kept_and_no_other_way() {
        byte[] kept = EvidenceKey.generate();
        assertEquals(EvidenceKey.of(kept).fingerprint(), EvidenceKey.of(kept).fingerprint());
        List<String> one = new String(kept, StandardCharsets.US_ASCII).lines().toList();
        List<String> other = new String(EvidenceKey.generate(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        byte[] mixed = (one.get(0) + "\n" + other.get(1) + "\n").getBytes(StandardCharsets.US_ASCII);
        assertThrows(IllegalArgumentException.class, () -> EvidenceKey.of(mixed));
        assertThrows(IllegalArgumentException.class, () -> EvidenceKey.of(new byte[32]));
    }

    private static Evidence with(Evidence whole, List<ChainRun> runs) {
        return new Evidence(
                whole.about(),
                whole.manifest(),
                whole.head(),
                new ArrayList<>(runs),
                whole.documents(),
                whole.mails(),
                whole.missing());
    }

    private static void assertNames(String beginning, byte[] bundle) {
        List<String> faults = verify(bundle).faults();
        assertTrue(faults.stream().anyMatch(fault -> fault.startsWith(beginning)), () -> beginning + " in " + faults);
    }

    /** The bundle with one bit changed where that text stands first. */
    private static byte[] changed(byte[] bundle, String text) {
        int at = new String(bundle, StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0, text);
        byte[] changed = bundle.clone();
        changed[at] ^= 2;
        return changed;
    }
}
