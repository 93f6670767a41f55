package org.chancery.server.admin;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chancery.core.access.AccessService;
import org.chancery.core.access.AccessService.IssuedToken;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.User;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.AuditService.Finding;
import org.chancery.core.endpoint.WorkspaceSetup;
import org.chancery.core.endpoint.WorkspaceSetup.Made;
import org.chancery.core.endpoint.WorkspaceSetup.NewWorkspace;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpoolClaims.Damaged;
import org.chancery.core.spool.SpoolClaims.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code bin/chancery admin} can do. Prints results and mistakes; returns the exit code. */
public final class AdminCommands {

    /** The commands, for the usage text. */
    public static final String USAGE = """
            chancery admin workspace add --name NAME --domain DOMAIN [--slug SLUG] --owner EMAIL
                makes a workspace and prints its owner's token
            chancery admin user add --workspace DOMAIN[/SLUG] --email EMAIL --role owner|admin|member [--name NAME]
                adds a person
            chancery admin token create --workspace DOMAIN[/SLUG] --user EMAIL --label LABEL --scopes SCOPE,…
                makes a personal token and prints it
            chancery admin audit verify --workspace DOMAIN[/SLUG] [--head SEQ:HASH]
                looks whether the record is as it was written; with its end as you noted it earlier, whether it still goes on from there
            chancery admin evidence key
                prints the fingerprint of the key that this server signs evidence with
            chancery admin verify-evidence FILE [--key FINGERPRINT]
                looks whether exported evidence is as it was signed; needs neither server nor configuration
            chancery admin dkim show [DOMAIN]
                prints the DNS records of the keys that mail is signed with, ready for a zone file
            chancery admin dkim check [DOMAIN]
                looks whether the DNS shows them
            chancery admin dkim rotate DOMAIN
                makes new keys, and prints their records; they sign as soon as the DNS shows them, and not before
            chancery admin dkim activate DOMAIN [--unseen yes]
                has the new keys sign now; with --unseen also where the DNS does not show them to this server
            chancery admin dkim discard DOMAIN
                gives up the new keys that wait; the ones that sign go on, and 'dkim rotate' can make others
            chancery admin spool list [--limit N]
                shows the mail that waits for the pipeline, oldest first, and what is damaged and waits for you
            """;

    /** Chores that the contract names and that come with their features. */
    private static final List<String> NOT_YET = List.of("backup", "restore");

    private static final String UNTIL_THEN =
            "a backup is a copy of the data directory, made while the server is stopped.";

    private static final Logger log = LoggerFactory.getLogger(AdminCommands.class);
    private static final int LIST = 100;
    private static final int MAX_LIST = 10_000;

    private final WorkspaceSetup workspaces;
    private final AccessService access;
    private final Books books;
    private final DkimCommands dkim;
    private final SpoolClaims spool;
    private final Clock clock;

    public AdminCommands(
            WorkspaceSetup workspaces,
            AccessService access,
            Books books,
            DkimCommands dkim,
            SpoolClaims spool,
            Clock clock) {
        this.workspaces = workspaces;
        this.access = access;
        this.books = books;
        this.dkim = dkim;
        this.spool = spool;
        this.clock = clock;
    }

    /**
     * What was recorded, and the key for what is exported of it.
     *
     * @param fingerprint of that key
     */
    public record Books(AuditService audit, String fingerprint) {}

    /** Runs one command. */
    public int run(List<String> words, PrintStream out) {
        try {
            String command = String.join(" ", words.stream().limit(2).toList());
            if (NOT_YET.stream().anyMatch(later -> (command + " ").startsWith(later + " "))) {
                out.println("chancery: '" + command + "' does not exist yet; " + UNTIL_THEN);
                return 2;
            }
            List<String> options = words.stream().skip(2).toList();
            switch (command) {
                case "audit verify" -> {
                    return verifyRecord(Options.read(options, "workspace", "head"), out);
                }
                case "workspace add" -> addWorkspace(Options.read(options, "name", "domain", "slug", "owner"), out);
                case "user add" -> addUser(Options.read(options, "workspace", "email", "role", "name"), out);
                case "token create" -> createToken(Options.read(options, "workspace", "user", "label", "scopes"), out);
                case "evidence key" -> {
                    Options.read(options);
                    out.println(books.fingerprint());
                }
                case "dkim show", "dkim check", "dkim rotate", "dkim activate", "dkim discard" -> {
                    return dkim.run(words.get(1), options, out);
                }
                case "spool list" -> listSpool(Options.read(options, "limit"), out);
                default -> {
                    out.print(USAGE);
                    return 2;
                }
            }
            return 0;
        } catch (CallerFault fault) {
            out.println("chancery: " + (fault.pointer() == null ? "" : fault.pointer() + ": ") + fault.text());
            return 1;
        } catch (IllegalArgumentException mistake) {
            out.println("chancery: " + mistake.getMessage());
            return 2;
        } catch (Unavailable away) {
            out.println("chancery: the database does not answer; nothing was changed.");
            return 1;
        } catch (RuntimeException defect) {
            log.error("the command {} failed", words.stream().limit(2).toList(), defect);
            out.println("chancery: the command failed (" + defect + "); the log says more.");
            return 1;
        }
    }

    private void addWorkspace(Options options, PrintStream out) {
        Made made = workspaces.add(new NewWorkspace(
                options.required("name"),
                options.required("domain"),
                options.optional("slug", ""),
                options.required("owner"),
                null,
                null));
        out.println(
                "workspace " + made.workspace().id() + " " + made.workspace().name());
        out.println("owner     " + made.owner().email());
        out.println("token     " + made.ownerToken().reveal());
    }

    private void addUser(Options options, PrintStream out) {
        Role role = Arrays.stream(Role.values())
                .filter(candidate -> candidate.text().equals(options.required("role")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--role must be owner, admin or member"));
        String[] place = place(options);
        User user = access.addUser(place[0], place[1], options.required("email"), options.optional("name", ""), role);
        out.println("user " + user.id() + " " + user.email() + " " + user.role().text());
    }

    private void createToken(Options options, PrintStream out) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String text : options.required("scopes").split(",")) {
            scopes.add(Scope.parse(text.strip())
                    .orElseThrow(() -> new IllegalArgumentException("--scopes: there is no scope " + text.strip())));
        }
        String[] place = place(options);
        IssuedToken made =
                access.issueToken(place[0], place[1], options.required("user"), options.required("label"), scopes);
        out.println("token " + made.token().id() + " " + made.secret().reveal());
    }

    private int verifyRecord(Options options, PrintStream out) {
        String[] place = place(options);
        String noted = options.optional("head", "");
        Head head = noted.isEmpty() ? null : head(noted);
        return switch (books.audit().verify(access.workspace(place[0], place[1]), head)) {
            case Finding.Intact intact -> {
                out.println("intact  " + intact.head().seq() + " entries  head "
                        + intact.head().seq() + ":" + intact.head().hash());
                yield 0;
            }
            case Finding.Broken broken -> {
                out.println("broken  entry " + broken.seq() + " " + broken.what());
                yield 1;
            }
        };
    }

    private static Head head(String text) {
        if (!text.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
            throw new IllegalArgumentException("--head must be as this command prints it: SEQ:HASH");
        }
        int colon = text.indexOf(':');
        return new Head(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
    }

    private static String[] place(Options options) {
        String[] parts = options.required("workspace").split("/", 2);
        return new String[] {parts[0].toLowerCase(Locale.ROOT), parts.length > 1 ? parts[1] : ""};
    }

    private void listSpool(Options options, PrintStream out) {
        int limit = options.number("limit", LIST, MAX_LIST);
        for (Waiting mail : spool.waiting(limit)) {
            out.printf(
                    Locale.ROOT,
                    "%s  %s  waits %s  %d octets  attempt %d  from %s  to %d%n",
                    mail.id(),
                    mail.arrivedAt(),
                    Duration.between(mail.arrivedAt(), clock.instant())
                            .truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                    mail.size(),
                    mail.attempt(),
                    mail.reversePath(),
                    mail.recipients());
        }
        for (Damaged place : spool.damaged()) {
            out.printf(
                    Locale.ROOT,
                    "damaged  %s  %d octets  holds accepted mail that cannot be read%n",
                    place.where(),
                    place.octets());
        }
    }
}
