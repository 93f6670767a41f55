package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.mailetcontainer.impl.MailetProcessorImpl;
import org.apache.james.mailetcontainer.impl.MatcherMailetPair;
import org.apache.james.mailetcontainer.lib.MailProcessingErrorHandlingConfiguration;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.transport.matchers.All;
import org.apache.mailet.Mailet;
import org.chancery.mailets.trace.OnException;
import org.chancery.mailets.trace.Place;
import org.chancery.mailets.trace.TracedMailet;
import org.chancery.mailets.trace.TracedMatcher;
import org.jspecify.annotations.Nullable;

/**
 * One of James's processors. Its matchers and mailets are wrapped once all are made, when it is known what belongs together.
 * The wrappers do what the operator said for exceptions; James, which would log the mail's words, lets the rest out of the
 * container. Behind the last step stands {@link EndOfProcessor}.
 */
final class TracedProcessor extends MailetProcessorImpl {
    private static final MailProcessingErrorHandlingConfiguration PROPAGATE =
            new MailProcessingErrorHandlingConfiguration(Optional.of("propagate"), Optional.of("propagate"));

    private final String name;
    private final HierarchicalConfiguration<ImmutableNode> settings;
    private final OurMailets ours;
    private final List<Mailet> steps = new ArrayList<>();
    private final Set<String> exceptionProcessors = new TreeSet<>();

    TracedProcessor(
            String name, HierarchicalConfiguration<ImmutableNode> settings, OurMailets ours, MetricFactory metrics) {
        super(name, metrics);
        this.name = name;
        this.settings = settings;
        this.ours = ours;
    }

    /** The mailets as they are, in their order. */
    List<Mailet> steps() {
        return List.copyOf(steps);
    }

    /** The processors that lines of this one name for the case of an exception. */
    Set<String> exceptionProcessors() {
        return Set.copyOf(exceptionProcessors);
    }

    @Override
    protected void setupRouting(List<MatcherMailetPair> pairs) throws MessagingException {
        List<HierarchicalConfiguration<ImmutableNode>> lines = settings.configurationsAt("mailet");
        List<MatcherMailetPair> traced = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            MatcherMailetPair pair = pairs.get(i);
            Place place = place(lines.get(i));
            OnException ofMatcher = OnException.ofMatcher(pair.onMatchException());
            OnException ofMailet = OnException.ofMailet(pair.onMailetException());
            ofMatcher.processor().ifPresent(exceptionProcessors::add);
            ofMailet.processor().ifPresent(exceptionProcessors::add);
            steps.add(pair.getMailet());
            traced.add(new MatcherMailetPair(
                    new TracedMatcher(pair.getMatcher(), place, ofMatcher),
                    new TracedMailet(pair.getMailet(), place, ofMailet, ours.isOurs(pair.getMailet())),
                    PROPAGATE));
        }
        traced.add(new MatcherMailetPair(new All(), new EndOfProcessor(name), PROPAGATE));
        super.setupRouting(traced);
    }

    private Place place(HierarchicalConfiguration<ImmutableNode> line) {
        @Nullable String matcher = line.getString("[@match]", null);
        @Nullable String inverted = line.getString("[@notmatch]", null);
        String written = matcher != null ? matcher : inverted != null ? "not " + inverted : "All";
        return new Place(name, written, line.getString("[@class]"));
    }
}
