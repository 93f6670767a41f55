package org.chancery.mailets.screening;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.core.attachment.AttachmentSign;
import org.chancery.core.phishing.PhishingSign;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.Signal;

/** How many mails were looked into since the start, and how many of them had which sign. */
public final class ContentFigures {
    /** Every sign there can be, in a fixed order. */
    public static final List<String> SIGNS = Stream.of(
                    AttachmentSign.names(),
                    PhishingSign.names(),
                    List.of(ContentInspector.VIRUS, ContentInspector.NOT_SCANNED))
            .flatMap(List::stream)
            .toList();

    private final LongAdder inspected = new LongAdder();
    private final LongAdder dangerous = new LongAdder();
    private final LongAdder phishing = new LongAdder();
    private final Map<String, LongAdder> bySign =
            SIGNS.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), sign -> new LongAdder()));

    /** Counts one mail, in which that was found for its recipients. */
    void count(Collection<ContentFindings> findings) {
        inspected.increment();
        if (findings.stream().anyMatch(ContentFindings::isDangerous)) {
            dangerous.increment();
        }
        if (findings.stream().anyMatch(ContentFindings::isPhishing)) {
            phishing.increment();
        }
        Stream<Signal> all = findings.stream().flatMap(one -> one.all().stream());
        all.map(Signal::name).distinct().forEach(name -> {
            LongAdder count = bySign.get(name);
            if (count != null) {
                count.increment();
            }
        });
    }

    public long inspected() {
        return inspected.sum();
    }

    public long dangerous() {
        return dangerous.sum();
    }

    public long phishing() {
        return phishing.sum();
    }

    /** Mails with that sign. */
    public long with(String sign) {
        LongAdder count = bySign.get(sign);
        return count == null ? 0 : count.sum();
    }
}
