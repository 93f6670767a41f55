package org.chancery.server.admin;

import java.io.PrintStream;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.chancery.core.dkim.DomainKeys;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.KeyRing;
import org.chancery.core.dkim.KeySet;
import org.chancery.core.dkim.PublishedKeys.Shown;
import org.chancery.core.mail.EmailAddress;

/** {@code admin dkim …}: the keys that mail is signed with. What it prints of them fits into a zone file. */
public final class DkimCommands {
    private final DomainKeys keys;
    private final KeyRing ring;

    public DkimCommands(DomainKeys keys, KeyRing ring) {
        this.keys = keys;
        this.ring = ring;
    }

    /** @param words what follows on the command */
    int run(String command, List<String> words, PrintStream out) {
        boolean namesDomain = !words.isEmpty() && !words.getFirst().startsWith("--");
        List<String> domains = namesDomain ? List.of(domain(words.getFirst())) : keys.domains();
        List<String> rest = namesDomain ? words.subList(1, words.size()) : words;
        return switch (command) {
            case "show" -> {
                Options.read(rest);
                domains.forEach(domain -> show(domain, out));
                yield 0;
            }
            case "check" -> {
                Options.read(rest);
                boolean allShown = true;
                for (String domain : domains) {
                    allShown &= check(domain, out);
                }
                yield allShown ? 0 : 1;
            }
            case "rotate" -> {
                Options.read(rest);
                print(keys.rotate(only(namesDomain, domains)), out);
                out.println(
                        "; The keys before these go on signing until the DNS shows these, and stay in it until then.");
                yield 0;
            }
            case "discard" -> {
                Options.read(rest);
                print(keys.discard(only(namesDomain, domains)), out);
                yield 0;
            }
            default -> {
                print(keys.activate(only(namesDomain, domains), isUnseen(rest)), out);
                ring.forget();
                yield 0;
            }
        };
    }

    private static boolean isUnseen(List<String> words) {
        return switch (Options.read(words, "unseen").optional("unseen", "no")) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("--unseen must be yes or no");
        };
    }

    private static String domain(String word) {
        return EmailAddress.domainOf(word)
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no domain name"));
    }

    private static String only(boolean isNamed, List<String> domains) {
        if (!isNamed) {
            throw new IllegalArgumentException("name the domain");
        }
        return domains.getFirst();
    }

    private void show(String domain, PrintStream out) {
        keys.of(domain).forEach(set -> print(set, out));
    }

    private static void print(KeySet set, PrintStream out) {
        String day = set.since().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        String about = switch (set) {
            case KeySet.Waiting ignored -> "wait to be published since " + day + ", and sign nothing yet";
            case KeySet.Active ignored -> "sign since " + day;
            case KeySet.Retired retired ->
                "sign no more; leave them in the DNS until "
                        + retired.since()
                                .plus(DomainKeys.SHOWN_AFTER_RETIREMENT)
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDate()
                        + ", for mail that is on its way";
            case KeySet.Discarded ignored -> "were given up on " + day + " and sign nothing; take them out of the DNS";
        };
        out.println("; " + set.pair().domain() + ": these keys " + about);
        // What is to stand in the DNS fits into a zone file, and what is not must not get into one.
        boolean isToStand = !(set instanceof KeySet.Discarded);
        set.pair().records().forEach(record -> out.println(isToStand ? record.zoneLine() : "; " + record.name() + "."));
    }

    /** Tells of the keys that sign and that are to; true where the DNS shows all that sign. */
    private boolean check(String domain, PrintStream out) {
        boolean allShown = true;
        for (KeySet set : keys.of(domain)) {
            boolean isToSign = switch (set) {
                case KeySet.Waiting ignored -> true;
                case KeySet.Active ignored -> true;
                case KeySet.Retired ignored -> false;
                case KeySet.Discarded ignored -> false;
            };
            if (!isToSign) {
                continue;
            }
            for (Map.Entry<KeyRecord, Shown> found : keys.look(set.pair()).entrySet()) {
                boolean shown = found.getValue() == Shown.YES;
                allShown &= shown || set instanceof KeySet.Waiting;
                String name = found.getKey().name();
                out.println((shown ? "ok    " : "note  ")
                        + switch (found.getValue()) {
                            case YES -> name + " has the key";
                            case MISSING ->
                                name + " has no record; publish: "
                                        + found.getKey().zoneLine();
                            case DIFFERENT ->
                                name + " has another record; publish: "
                                        + found.getKey().zoneLine();
                            case UNKNOWN -> "no name server answered about " + name;
                        });
            }
        }
        return allShown;
    }
}
