package org.chancery.core.label;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.chancery.core.access.Principal;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.LabelId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** The labels of a workspace: made, shown, changed and removed by whoever may. */
public final class LabelService {
    /** Messages that a removed label is cleared from in one transaction. */
    private static final int CLEAR = 500;

    private final Transactions transactions;
    private final LabelRepository labels;
    private final Executor later;
    private final Clock clock;

    /** @param later runs what nobody waits for, one after the other; it may lose it */
    public LabelService(Transactions transactions, LabelRepository labels, Executor later, Clock clock) {
        this.transactions = transactions;
        this.labels = labels;
        this.later = later;
        this.clock = clock;
    }

    /**
     * Makes a label. Durable on return.
     *
     * @param reserved its id; where it was made under that already, it is the answer
     */
    public Label create(Principal by, String name, @Nullable String color, LabelId reserved) {
        return transactions.durably(tx -> {
            Optional<Label> made = labels.find(tx, by.workspace(), reserved);
            if (made.isPresent()) {
                return made.get();
            }
            Label label = new Label(
                    reserved,
                    by.workspace(),
                    name.strip(),
                    color,
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
            if (!labels.add(tx, label)) {
                throw exists(label.name());
            }
            if (labels.count(tx, by.workspace()) > Label.MAX_PER_WORKSPACE) {
                throw CallerFault.conflict(
                        "too_many_labels",
                        "A workspace has at most " + Label.MAX_PER_WORKSPACE + " labels; remove one first.");
            }
            return label;
        });
    }

    /** One page, oldest first. */
    public List<Label> page(Principal by, @Nullable LabelId after, int limit) {
        return transactions.in(tx -> labels.page(tx, by.workspace(), after, limit));
    }

    /** One label. */
    public Label find(Principal by, LabelId id) {
        return transactions.in(tx -> find(tx, by, id));
    }

    private Label find(Tx tx, Principal by, LabelId id) {
        return labels.find(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("label"));
    }

    /** The label of that id or name. */
    public Label resolve(Principal by, String text, String pointer) {
        return transactions
                .in(tx -> LabelId.parse(text)
                        .flatMap(id -> labels.find(tx, by.workspace(), id))
                        .or(() -> labels.named(tx, by.workspace(), Label.key(text))))
                .orElseThrow(() -> CallerFault.invalid(pointer, "names no label of this workspace"));
    }

    /** What is to be of a label from now on. */
    public interface Change {
        String name(String current);

        @Nullable
        String color(@Nullable String current);
    }

    /** Gives a label another name or color. Durable on return. */
    public Label change(Principal by, LabelId id, Change change) {
        return transactions.durably(tx -> {
            Label before = find(tx, by, id);
            Label label = new Label(
                    id,
                    before.workspace(),
                    change.name(before.name()).strip(),
                    change.color(before.color()),
                    before.createdAt());
            if (!labels.change(tx, label)) {
                throw exists(label.name());
            }
            return label;
        });
    }

    private static CallerFault exists(String name) {
        return CallerFault.conflict("label_exists", "There is a label " + name + " already.");
    }

    /** Removes a label, which no message has from then on. Durable on return. */
    public void remove(Principal by, LabelId id) {
        boolean isRemoved = transactions.durably(tx -> labels.remove(tx, by.workspace(), id, clock.instant()));
        if (!isRemoved) {
            throw CallerFault.notFound("label");
        }
        later.execute(this::sweep);
    }

    /** Clears away what is left of removed labels, bit by bit. */
    public void sweep() {
        boolean isMore = true;
        while (isMore) {
            isMore = transactions.in(tx -> labels.clear(tx, CLEAR));
        }
    }
}
