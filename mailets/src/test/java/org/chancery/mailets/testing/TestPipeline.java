package org.chancery.mailets.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.mailets.authentication.SenderDesk;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.host.InboundProcessor;
import org.chancery.mailets.host.InboundProcessor.Receipts;
import org.chancery.mailets.host.MailetHost;
import org.chancery.mailets.host.PipelineSettings;
import org.chancery.mailets.host.SpoolRunner;
import org.chancery.mailets.host.StepBack;
import org.chancery.mailets.mailbox.EndedMail;

/** A whole pipeline over scripted surroundings, running. */
public final class TestPipeline implements AutoCloseable {
    public static final StepBack NEVER = new StepBack(0, 0, 1, 1, Duration.ZERO);
    public static final PipelineSettings SETTINGS = new PipelineSettings(
            2, 3, List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)), Duration.ofSeconds(60), NEVER);

    public final TestClock clock = new TestClock();
    public final TestSpool spool = new TestSpool(clock);
    public final TestMailbox mailbox = new TestMailbox();
    public final TestRawStore raw = new TestRawStore();
    public final SpoolRunner runner;
    private final MailetHost host;

    public TestPipeline(Path directory, String processors) {
        this(directory, processors, SETTINGS);
    }

    public TestPipeline(Path directory, String processors, PipelineSettings settings) {
        this(directory, processors, settings, TestContainer.senders(new ZoneDns(), Duration.ofMinutes(1)));
    }

    public TestPipeline(Path directory, String processors, PipelineSettings settings, SenderDesk senders) {
        host = TestContainer.load(TestContainer.write(directory, processors), TestContainer.over(mailbox, senders));
        InboundProcessor processor = new InboundProcessor(
                raw,
                host,
                new EndedMail(mailbox::resolve, mailbox::deliver),
                new Receipts(mailbox::isProcessed, mailbox::finish),
                clock);
        runner = new SpoolRunner(spool, spool::left, processor, settings, clock);
    }

    public TestPipeline start() {
        runner.start();
        return this;
    }

    /** Has a mail processed to its end, turning the clock over all pauses. */
    public void process(TestMail... mails) {
        spool.add(mails);
        settle();
    }

    /** Turns the clock until nothing is left in the spool. */
    public void settle() {
        Await.until(() -> {
            spool.turnWhereIdle(Duration.ofMillis(250));
            return spool.left() == 0;
        });
    }

    @Override
    public void close() {
        runner.close();
        host.close();
    }
}
