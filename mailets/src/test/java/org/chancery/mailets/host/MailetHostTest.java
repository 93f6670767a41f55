package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.ACCEPTED;
import static org.chancery.mailets.testing.TestContainer.ERROR;
import static org.chancery.mailets.testing.TestContainer.EXEMPT;
import static org.chancery.mailets.testing.TestContainer.OUTBOUND;
import static org.chancery.mailets.testing.TestContainer.ROOT;
import static org.chancery.mailets.testing.TestContainer.SCREEN;
import static org.chancery.mailets.testing.TestContainer.processor;
import static org.chancery.mailets.testing.TestContainer.processors;
import static org.chancery.mailets.testing.TestContainer.withRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.chancery.mailets.testing.TestContainer;
import org.chancery.mailets.testing.TestMailbox;
import org.chancery.mailets.testing.TestMailet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused at the start, and how it is told. */
class MailetHostTest {
    @TempDir
    Path directory;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        withRoot("<mailet match=\"All\" class=\"Clasify\"/>"),
                        "processor root: there is no mailet Clasify; did you mean Classify"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"SetMimeHaeder\"/>"),
                        "processor root: there is no mailet SetMimeHaeder; did you mean SetMimeHeader"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"com.example.Nothing\"/>"),
                        "there is no mailet com.example.Nothing; one that is neither ours nor James's has to be named"),
                mistake(
                        withRoot("<mailet match=\"SubjctIs=x\" class=\"Null\"/>"),
                        "processor root: there is no matcher SubjctIs; did you mean SubjectIs"),
                mistake(
                        withRoot("<mailet match=\"RecipientIs\" class=\"Null\"/>"),
                        "matcher RecipientIs cannot be set up: MessagingException: RecipientIs should have a condition"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"ToProcessor\"/>"),
                        "mailet ToProcessor cannot be set up: MailetException: processor parameter is required"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"java.lang.String\"/>"),
                        "java.lang.String is no mailet"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"" + NoDefault.class.getName() + "\"/>"),
                        "it has no public constructor without arguments"),
                mistake(
                        withRoot("<mailet match=\"All\" notmatch=\"All\" class=\"Null\"/>"),
                        "Please configure only match or nomatch"),
                mistake(withRoot("<mailet match=\"All\"/>"), "processor root: a <mailet> has no class"),
                mistake(
                        withRoot("<mailets match=\"All\" class=\"Null\"/>"),
                        "processor root has an element <mailets>; known are [mailet, matcher]"),
                mistake(
                        withRoot("") + "<prozessor/>",
                        "<processors> has an element <prozessor>; known are [processor]"),
                mistake(withRoot("") + processor("root", ""), "processor root is there twice"),
                mistake(withRoot("") + "<processor/>", "a <processor> has no state"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"ToProcessor\"><processor>nowhere</processor></mailet>"),
                        "undefined processors: [nowhere]"),
                mistake(
                        withRoot(
                                "<mailet match=\"All\" class=\"Null\"><onMailetException>nomatch</onMailetException></mailet>"),
                        "processor root: an onMailetException or onMatchException says nomatch, which is no processor"),
                mistake(
                        processors(ROOT.replace(EXEMPT, ""), ACCEPTED, OUTBOUND, ERROR),
                        "no Screen looks whether mail is to be quarantined for dangerous_attachment, auth_failed, phishing,"
                                + " unknown_sender, spam_threshold; put it in front of DeliverToMailbox"),
                mistake(
                        processors(ROOT.replace("phishing, ", ""), ACCEPTED, OUTBOUND, ERROR),
                        "no Screen looks whether mail is to be quarantined for phishing;"),
                mistake(
                        processors(ROOT.replace("phishing", "fishing"), ACCEPTED, OUTBOUND, ERROR),
                        "'fishing' is no reason for the quarantine; there are dangerous_attachment, auth_failed"),
                mistake(
                        processors(ROOT.replace(EXEMPT, SCREEN), ACCEPTED, OUTBOUND, ERROR),
                        "no way leads from processor root to a Confine"),
                mistake(
                        processor("root", ROOT + ACCEPTED)
                                + processor("accepted", "<mailet match=\"All\" class=\"ResolveHandler\"/>")
                                + processor("outbound", OUTBOUND)
                                + processor("error", ERROR),
                        "no way leads from processor accepted to a DeliverToMailbox"),
                mistake(
                        processor("root", ROOT) + processor("accepted", ACCEPTED) + processor("error", ERROR),
                        "there is no processor outbound; the ones there are: [accepted, error, root]"),
                mistake(
                        processor("root", ROOT) + processor("accepted", ACCEPTED) + processor("outbound", OUTBOUND),
                        "a Processor with name error"),
                mistake(
                        processors(ROOT, ACCEPTED, OUTBOUND, "<mailet match=\"All\" class=\"Null\"/>"),
                        "processor error has to contain KeepForOperator; KeepForOperator is missing"),
                mistake(
                        processors(
                                ROOT,
                                ACCEPTED,
                                "<mailet match=\"All\" class=\"Authorise\"/><mailet match=\"All\" class=\"Enqueue\"/>"
                                        + "<mailet match=\"NeedsPerson\" class=\"KeepAsDraft\"/>",
                                ERROR),
                        "processor outbound has to contain Authorise, then KeepAsDraft, then Enqueue; Enqueue is missing or"
                                + " stands too early"),
                mistake(
                        processors(EXEMPT, ACCEPTED, OUTBOUND, ERROR),
                        "no way leads from processor root to a ResolveHandler"),
                mistake(
                        processors(ROOT, "<mailet match=\"All\" class=\"ResolveHandler\"/>", OUTBOUND, ERROR),
                        "no way leads from processor root to a DeliverToMailbox"),
                mistake(
                        withRoot("<mailet match=\"All\" class=\"Classify\"><model>x</model></mailet>"),
                        "mailet Classify cannot be set up: MessagingException: Unexpected init parameters found: [model]"));
    }

    private static Arguments mistake(String processors, String refusal) {
        return Arguments.of(processors, refusal);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_ends_the_start_and_names_file_place_and_cure(String processors, String refusal) {
        Path file = TestContainer.write(directory, processors);
        assertRefused(file, refusal);
    }

    @Test
    void a_missing_file_ends_the_start() {
        assertRefused(directory.resolve("none.xml"), "cannot be read");
    }

    @Test
    void a_file_that_is_no_xml_ends_the_start() throws IOException {
        assertRefused(Files.writeString(directory.resolve("broken.xml"), "<mailetcontainer>"), "is no well-formed XML");
    }

    @Test
    void a_file_with_another_root_ends_the_start() throws IOException {
        assertRefused(
                Files.writeString(directory.resolve("other.xml"), "<config><processors/></config>"),
                "one <mailetcontainer>");
    }

    private static void assertRefused(Path file, String refusal) {
        ContainerError error =
                assertThrows(ContainerError.class, () -> load(file).close());
        assertTrue(error.text().startsWith(file + ": "), error.text());
        assertTrue(error.text().contains(refusal), error.text());
        assertEquals(error.text().indexOf(file.toString()), error.text().lastIndexOf(file.toString()));
    }

    @Test
    void the_shipped_file_is_loaded() {
        load(shipped()).close();
    }

    @Test
    void the_examples_in_the_shipped_file_work() throws IOException {
        String text = Files.readString(shipped());
        String examples =
                text.substring(text.indexOf("      <matcher name="), text.indexOf("  What changing a mail does"));
        StringBuilder lines = new StringBuilder();
        examples.lines()
                .filter(line -> line.startsWith("      "))
                .forEach(line -> lines.append(line.replaceFirst("\\(in front of the first mailet\\)", "")));
        load(TestContainer.write(directory, withRoot(lines.toString()))).close();
    }

    @Test
    void a_name_may_be_written_with_its_package() {
        String root = "<mailet match=\"All\" class=\"org.chancery.mailets.mail.Classify\"/>" + EXEMPT
                + "<mailet match=\"org.apache.james.transport.matchers.All\""
                + " class=\"org.apache.james.transport.mailets.ToProcessor\"><processor>accepted</processor></mailet>";
        load(TestContainer.write(directory, processors(root, ACCEPTED, OUTBOUND, ERROR)))
                .close();
    }

    @Test
    void mailets_are_let_go_in_the_end() {
        load(TestContainer.write(directory, withRoot(TestMailet.line("All", "unused", mail -> {}))))
                .close();
    }

    private static MailetHost load(Path file) {
        return TestContainer.load(file, TestContainer.over(new TestMailbox()));
    }

    private static Path shipped() {
        return Path.of(System.getProperty("chancery.home"), "conf", "mailetcontainer.xml");
    }

    /** A mailet that nobody but us could make. */
    public static final class NoDefault extends org.apache.mailet.base.GenericMailet {
        public NoDefault(String argument) {
            assertTrue(argument.isEmpty());
        }

        @Override
        public void service(org.apache.mailet.Mail mail) {}
    }
}
