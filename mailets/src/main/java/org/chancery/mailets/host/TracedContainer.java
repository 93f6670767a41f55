package org.chancery.mailets.host;

import java.nio.file.Path;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.impl.CompositeProcessorImpl;
import org.apache.james.metrics.api.MetricFactory;

/** James's container of processors, each step of which is traced. */
final class TracedContainer extends CompositeProcessorImpl {
    private final Path file;
    private final OurMailets ours;
    private final HostContext context;
    private final StepLoader loader;
    private final MetricFactory metrics;

    TracedContainer(Path file, OurMailets ours, HostContext context, StepLoader loader, MetricFactory metrics) {
        super(metrics, context, loader, loader);
        this.file = file;
        this.ours = ours;
        this.context = context;
        this.loader = loader;
        this.metrics = metrics;
    }

    @Override
    protected MailProcessor createMailProcessor(String name, HierarchicalConfiguration<ImmutableNode> settings) {
        settings.setProperty(ContainerFile.JMX, false);
        TracedProcessor processor = new TracedProcessor(name, settings, ours, metrics);
        try {
            processor.setMailetContext(context);
            processor.setMailetLoader(loader);
            processor.setMatcherLoader(loader);
            processor.configure(settings);
            processor.setRootMailProcessor(this);
            processor.init();
            return processor;
        } catch (ContainerError e) {
            processor.destroy();
            throw e.in(file, name);
        } catch (ConfigurationException e) {
            processor.destroy();
            throw new ContainerError(String.valueOf(e.getMessage())).in(file, name);
        } catch (Exception e) {
            processor.destroy();
            throw new IllegalStateException(file + ": processor " + name, e);
        }
    }
}
