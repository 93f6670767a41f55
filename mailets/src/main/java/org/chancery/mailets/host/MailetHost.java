package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.trace.Transit;

/**
 * James's mailet container as {@code mailetcontainer.xml} sets it up. Used by many threads at once; a mail is processed in the
 * thread that brings it.
 */
public final class MailetHost implements AutoCloseable {
    private final TracedContainer container;

    private MailetHost(TracedContainer container) {
        this.container = container;
    }

    /**
     * Reads the file and makes all matchers and mailets.
     *
     * @param isLocalDomain whether a domain, in lower case, is hosted here; asked by stock matchers such as {@code HostIsLocal}
     * @throws ContainerError where the file is not one that mail can be processed by
     */
    public static MailetHost load(
            Path file, OurMailets ours, EmailAddress postmaster, Predicate<String> isLocalDomain) {
        HierarchicalConfiguration<ImmutableNode> settings = ContainerFile.read(file);
        HostContext context = new HostContext(MailAddresses.toJames(postmaster), isLocalDomain);
        TracedContainer container =
                new TracedContainer(file, ours, context, new StepLoader(ours, context), new NoMetrics());
        container.configure(settings);
        try {
            container.init();
            Map<String, TracedProcessor> processors = processors(container);
            processors.forEach((state, one) -> requireAll(processors.keySet(), state, one.exceptionProcessors()));
            RequiredSteps.check(processors);
            return new MailetHost(container);
        } catch (ConfigurationException e) {
            // James checks that the processors exist which its mailets name.
            container.dispose();
            throw new ContainerError(String.valueOf(e.getMessage())).in(file);
        } catch (ContainerError e) {
            container.dispose();
            throw e.text().startsWith(file.toString()) ? e : e.in(file);
        } catch (Exception e) {
            container.dispose();
            throw new IllegalStateException("setting up the mailet container from " + file, e);
        }
    }

    private static Map<String, TracedProcessor> processors(TracedContainer container) {
        Map<String, TracedProcessor> processors = new TreeMap<>();
        for (String state : container.getProcessorStates()) {
            if (container.getProcessor(state) instanceof TracedProcessor processor) {
                processors.put(state, processor);
            }
        }
        return processors;
    }

    private static void requireAll(Set<String> known, String state, Set<String> named) {
        for (String name : named) {
            if (!known.contains(name)) {
                throw new ContainerError("processor " + state + ": an onMailetException or onMatchException says "
                        + name + ", which is no processor; the ones there are: " + known);
            }
        }
    }

    /**
     * Takes the mail through the processor that its state names, and on through those that this one sends it to. Whatever a
     * matcher or mailet throws comes out, of any kind and wrapped or not: {@link Transit#failure} has the plain one.
     */
    void service(Mail mail, Transit transit) throws MessagingException {
        transit.board(mail);
        container.service(mail);
    }

    /** Lets the mailets go. */
    @Override
    public void close() {
        container.dispose();
    }
}
