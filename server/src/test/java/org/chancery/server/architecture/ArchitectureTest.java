package org.chancery.server.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the house, as {@code ARCHITECTURE.md} states them. */
class ArchitectureTest {
    private static final String ROOT = "org.chancery.";
    private static final List<String> EDGES = List.of("storage", "smtpingest", "mailets", "delivery", "api");

    /** Packages of core, lowest first. */
    private static final List<String> CORE = List.of(
            "fault",
            "id",
            "tx",
            "mail",
            "sts",
            "screening",
            "attachment",
            "phishing",
            "event",
            "audit",
            "access",
            "label",
            "dkim",
            "endpoint",
            "spool",
            "mailbox",
            "search",
            "quarantine",
            "suppression",
            "approval",
            "queue",
            "report",
            "send",
            "triage",
            "subscription",
            "notice",
            "webhook",
            "turn",
            "evidence");

    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("testkit"))
            .importPackages("org.chancery");

    @Test
    void core_knows_no_edge_and_no_library_but_the_mail_readers() {
        classes()
                .that()
                .resideInAPackage(ROOT + "core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "core..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "com.github.f4b6a3.uuid..",
                        "org.apache.james.mime4j..",
                        "org.jsoup..")
                .check(SHIPPED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage", "smtpingest", "mailets", "delivery", "api"})
    void edges_do_not_know_each_other_nor_the_server(String edge) {
        String[] others = Stream.concat(EDGES.stream().filter(other -> !other.equals(edge)), Stream.of("server"))
                .map(other -> ROOT + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + edge + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(SHIPPED);
    }

    @Test
    void packages_of_core_import_only_from_lower_ones() {
        for (int i = 0; i < CORE.size(); i++) {
            String[] higher = CORE.subList(i + 1, CORE.size()).stream()
                    .map(name -> ROOT + "core." + name + "..")
                    .toArray(String[]::new);
            if (higher.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "core." + CORE.get(i) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(higher)
                        .check(SHIPPED);
            }
        }
    }

    @Test
    void every_package_of_core_has_its_place_in_the_order() {
        classes()
                .that()
                .resideInAPackage(ROOT + "core..")
                .should()
                .resideInAnyPackage(
                        CORE.stream().map(name -> ROOT + "core." + name).toArray(String[]::new))
                .check(SHIPPED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtpingest:org.subethamail..",
                "smtpingest:org.bouncycastle.cert..",
                "smtpingest:org.bouncycastle.openssl..",
                "storage:org.bouncycastle.crypto..",
                "mailets:org.apache.james.mailetcontainer..",
                "mailets:org.apache.mailet..",
                "storage:org.jooq..",
                "storage:org.h2..",
                "storage:org.flywaydb..",
                "storage:com.zaxxer..",
                "storage:org.postgresql..",
                "api:io.javalin..",
                "api:org.eclipse.jetty..",
                "api:org.owasp..",
                "mailets.authentication:org.apache.james.jdkim..",
                "mailets.authentication:com.google.common.."
            })
    void a_library_stays_in_its_module(String rule) {
        String module = rule.substring(0, rule.indexOf(':'));
        String library = rule.substring(rule.indexOf(':') + 1);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .check(SHIPPED);
    }

    @Test
    void name_servers_are_asked_by_delivery_and_by_sender_authentication() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "delivery..", ROOT + "mailets.authentication..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.xbill.DNS..")
                .check(SHIPPED);
    }

    @Test
    void json_belongs_to_api_delivery_and_storage_and_to_the_servers_own_tools() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "api..", ROOT + "delivery..", ROOT + "storage..", ROOT + "server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson..")
                .check(SHIPPED);
    }

    @Test
    void only_the_server_names_the_system_clock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "server..")
                .should()
                .callMethod(java.time.Clock.class, "systemUTC")
                .orShould()
                .callMethod(java.time.Clock.class, "systemDefaultZone")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(SHIPPED);
    }

    @Test
    void there_is_no_static_mutable_state() {
        noFields()
                .that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(ROOT + "storage.jooq..")
                .should()
                .notBeFinal()
                .check(SHIPPED);
    }

    @Test
    void packages_are_named_by_feature_not_by_kind() {
        noClasses()
                .should()
                .resideInAnyPackage("..model..", "..service..", "..dto..", "..helper..", "..util..", "..impl..")
                .check(SHIPPED);
    }

    @Test
    void class_names_say_what_a_thing_is() {
        for (String vague : List.of("Manager", "Helper", "Impl", "Utils", "Util")) {
            noClasses().should().haveSimpleNameEndingWith(vague).check(SHIPPED);
        }
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "storage.jooq..")
                .should()
                .haveSimpleNameStartingWith("Abstract")
                .check(SHIPPED);
    }

    @Test
    void every_package_is_null_marked() {
        classes()
                .that()
                .resideOutsideOfPackage(ROOT + "storage.jooq..")
                .should(new ArchCondition<JavaClass>("stand in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean marked = type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked");
                        if (!marked) {
                            events.add(
                                    SimpleConditionEvent.violated(type, type.getPackageName() + " is not null-marked"));
                        }
                    }
                })
                .check(SHIPPED);
    }

    @Test
    void records_and_enums_carry_no_hidden_state() {
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .areEnums()
                .and()
                .doNotHaveModifier(JavaModifier.STATIC)
                .should()
                .notBeFinal()
                .check(SHIPPED);
        // The rules above are worth nothing over an empty set of classes.
        org.junit.jupiter.api.Assertions.assertTrue(Arrays.stream(new String[] {"core", "storage", "api", "server"})
                .allMatch(module ->
                        SHIPPED.stream().anyMatch(type -> type.getPackageName().startsWith(ROOT + module))));
    }
}
