package org.chancery.mailets.authentication.signature;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.signature.HeaderSection.Field;
import org.chancery.mailets.authentication.signature.MailSignature.Source;

/**
 * The sets of header fields by which those who handed a mail on vouch for what they saw (RFC 8617). The newest set has to sign
 * the mail as it is now; each seal signs all sets up to its own.
 */
final class ArcChain {
    /** RFC 8617 §4.2.1. */
    static final int MAX_SETS = 50;

    private static final String RESULTS = "arc-authentication-results";
    private static final String SIGNATURE = "arc-message-signature";
    private static final String SEAL = "arc-seal";

    // Folding and comments may stand in front (RFC 8617 §4.1.1: [CFWS] "i" [CFWS] "=" …).
    private static final Pattern RESULTS_INSTANCE = Pattern.compile("\\s*i\\s*=\\s*([0-9]{1,3})\\s*;[\\s\\S]*");
    private static final Pattern INSTANCE = Pattern.compile("0{0,1}([1-9][0-9]?)");

    private final List<Set3> sets;
    private final MailSignature newest;

    /** One set: the three fields of an instance. */
    private record Set3(Field results, Field signature, Field seal, TagList sealTags, Source sealed) {}

    private ArcChain(List<Set3> sets, MailSignature newest) {
        this.sets = sets;
        this.newest = newest;
    }

    /** Whether there is anything of ARC in the mail. */
    static boolean isIn(HeaderSection header) {
        return header.fields().stream()
                .map(Field::name)
                .anyMatch(name -> name.equals(RESULTS) || name.equals(SIGNATURE) || name.equals(SEAL));
    }

    /** Reads the chain; what has not the form of one is no chain that could pass (RFC 8617 §5.2). */
    static ArcChain of(HeaderSection header, Instant at) throws BadSignature {
        Map<Integer, Field> results = new TreeMap<>();
        Map<Integer, Field> signatures = new TreeMap<>();
        Map<Integer, Field> seals = new TreeMap<>();
        Map<Integer, TagList> signatureTags = new TreeMap<>();
        Map<Integer, TagList> sealTags = new TreeMap<>();
        for (Field field : header.fields()) {
            switch (field.name()) {
                case RESULTS -> put(results, instance(field), field);
                case SIGNATURE -> {
                    TagList tags = TagList.parse(field.value());
                    put(signatures, instance(tags), field);
                    signatureTags.put(instance(tags), tags);
                }
                case SEAL -> {
                    TagList tags = TagList.parse(field.value());
                    put(seals, instance(tags), field);
                    sealTags.put(instance(tags), tags);
                }
                default -> {}
            }
        }
        int last = seals.size();
        List<Set3> sets = new ArrayList<>();
        for (int i = 1; i <= last; i++) {
            Field result = results.get(i);
            Field signature = signatures.get(i);
            Field seal = seals.get(i);
            TagList tags = sealTags.get(i);
            if (result == null || signature == null || seal == null || tags == null) {
                throw broken("a set is not whole");
            }
            sets.add(new Set3(result, signature, seal, tags, seal(tags, i)));
        }
        if (last == 0 || results.size() != last || signatures.size() != last) {
            throw broken("a set is not whole");
        }
        TagList newest = signatureTags.get(last);
        if (newest == null) {
            throw broken("a set is not whole");
        }
        return new ArcChain(sets, newest(sets.getLast().signature(), newest, at));
    }

    private static void put(Map<Integer, Field> fields, int instance, Field field) throws BadSignature {
        if (fields.put(instance, field) != null) {
            throw broken("an instance stands there twice");
        }
    }

    private static int instance(TagList tags) throws BadSignature {
        return instance(tags.get("i").orElse(""));
    }

    private static int instance(Field results) throws BadSignature {
        Matcher matcher = RESULTS_INSTANCE.matcher(results.value());
        return instance(matcher.matches() ? matcher.group(1) : "");
    }

    private static int instance(String text) throws BadSignature {
        Matcher matcher = INSTANCE.matcher(text);
        int instance = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (instance < 1 || instance > MAX_SETS) {
            throw broken("an instance is no number from 1 to " + MAX_SETS);
        }
        return instance;
    }

    /** RFC 8617 §4.1.3 */
    private static Source seal(TagList tags, int instance) throws BadSignature {
        if (tags.get("h").isPresent()) {
            throw broken("a seal names fields");
        }
        String expected = instance == 1 ? "none" : "pass";
        if (!tags.require("cv").toLowerCase(Locale.ROOT).equals(expected)) {
            throw broken("seal " + instance + " says that the chain is broken");
        }
        String time = tags.get("t").orElse("0");
        if (time.isEmpty() || time.chars().anyMatch(c -> c < '0' || c > '9')) {
            throw broken("the time of a seal is no number");
        }
        return Source.of(tags);
    }

    private static MailSignature newest(Field field, TagList tags, Instant at) throws BadSignature {
        MailSignature signature = MailSignature.arc(field, tags, at);
        Set<String> names = new HashSet<>(signature.headers());
        if (names.contains(SEAL)) {
            throw broken("a signature covers seals"); // §4.1.2
        }
        return signature;
    }

    BodyDigest.Kind bodyDigest() {
        return newest.bodyDigest();
    }

    /** Begins to look the keys up. */
    void expect(Lookups lookups) {
        newest.source().expect(lookups);
        sets.forEach(set -> set.sealed().expect(lookups));
    }

    /** §5.2: the newest signature, then the seals from the newest to the oldest. */
    void verify(HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies, Lookups lookups) throws BadSignature {
        newest.verify(header, bodies, lookups);
        for (int last = sets.size(); last >= 1; last--) {
            sets.get(last - 1).sealed().verify(sealed(last), lookups);
        }
    }

    /** §5.1.1: all sets up to that one, each its results, its signature and its seal; relaxed, the last seal unsigned. */
    private List<byte[]> sealed(int last) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 1; i <= last; i++) {
            Set3 set = sets.get(i - 1);
            pieces.add(set.results().canonical(true));
            pieces.add(Octets.CRLF);
            pieces.add(set.signature().canonical(true));
            pieces.add(Octets.CRLF);
            pieces.add((i == last ? set.seal().unsigned() : set.seal()).canonical(true));
            if (i < last) {
                pieces.add(Octets.CRLF);
            }
        }
        return pieces;
    }

    /** The domains of the seals, oldest first. */
    List<String> sealers() {
        return sets.stream().map(set -> set.sealed().domain()).toList();
    }

    private static BadSignature broken(String reason) {
        return new BadSignature(Result.FAIL, reason);
    }
}
