package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.withRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.core.mail.ReversePath;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestPipeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class PipelineLogTest {
    @TempDir
    Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(SpoolRunner.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void the_end_of_a_mail_is_one_line_with_its_outcomes_and_nothing_of_its_content() {
        String root = withRoot("<mailet match=\"RecipientIs=c@here.test\" class=\"Null\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail =
                    TestMail.to("a@here.test", "light@here.test", "c@here.test").withReversePath(ReversePath.NULL);
            pipeline.process(mail);
            assertTrue(pipeline.runner.stop(Duration.ofSeconds(20)));
            assertEquals(1, lines.list.size());
            ILoggingEvent line = lines.list.getFirst();
            String text = line.getFormattedMessage();
            assertTrue(text.startsWith(mail.id() + " from <> for a@here.test: msg_"), text);
            assertTrue(text.contains(" routed, light@here.test: msg_"), text);
            assertTrue(
                    text.contains(" handled, ended by mailet Null (RecipientIs=c@here.test) in processor root in "),
                    text);
            assertTrue(text.endsWith(" µs"), text);
            assertFalse(text.contains("offer") || text.contains("Hello"), text);
            assertEquals(mail.id().text(), line.getMDCPropertyMap().get("mail"));
            assertEquals(
                    List.of(Level.INFO),
                    lines.list.stream().map(ILoggingEvent::getLevel).toList());
        }
    }
}
