package org.chancery.core.triage;

import java.util.List;
import org.chancery.core.access.Principal;
import org.chancery.core.mailbox.MessageRepository.Filter;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.search.MailIndex;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.search.SearchRepository.Found;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.Sought;
import org.chancery.core.triage.MailSight.Row;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** Lists of mail that its reader narrows by what the mail says. They see in them what they see without. */
public final class MailSearch {
    private final Transactions transactions;
    private final MailSight sight;
    private final MailIndex index;
    private final SearchRepository search;

    public MailSearch(Transactions transactions, MailSight sight, MailIndex index, SearchRepository search) {
        this.transactions = transactions;
        this.sight = sight;
        this.index = index;
        this.search = search;
    }

    /**
     * One page.
     *
     * @param goOn where to look on, where the page is not full and there may be more all the same; else null
     */
    public record Page(List<Row> rows, @Nullable Place goOn) {
        public Page {
            rows = List.copyOf(rows);
        }
    }

    /** Messages that the caller may see, newest first; what came in up to now is among them. */
    public Page page(Principal by, Filter filter, Sought sought, @Nullable Place before, int limit) {
        Place from = earlier(before, sought);
        if (sought.terms().isEmpty() && sought.labels().isEmpty()) {
            return new Page(transactions.in(tx -> sight.page(tx, by, filter, from, limit)), null);
        }
        if (!sought.terms().isEmpty()) {
            index.catchUp(by.workspace());
        }
        return transactions.in(tx -> {
            MessageQuery mail = sight.query(tx, by, filter, from);
            Found found = search.page(tx, new SearchQuery(mail, sought.terms(), sought.labels()), limit);
            return new Page(sight.withEndpoints(tx, by, found.messages()), found.goOn());
        });
    }

    private static @Nullable Place earlier(@Nullable Place before, Sought sought) {
        if (sought.until() == null) {
            return before;
        }
        return before == null || before.occurredAt().isAfter(sought.until())
                ? SearchRepository.before(sought.until())
                : before;
    }
}
