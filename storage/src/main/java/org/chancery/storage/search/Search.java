package org.chancery.storage.search;

import static org.chancery.storage.jooq.Tables.MESSAGE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.MessageRepository.Totalled;
import org.chancery.core.search.SearchRepository.Found;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.tables.records.MessageRecord;
import org.chancery.storage.mailbox.MessageLists;
import org.chancery.storage.mailbox.MessageRows;
import org.chancery.storage.mailbox.Tallies;
import org.chancery.storage.tx.JooqTx;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One search. Of all lists in which what is looked for has to stand, the mail with each term, with each label and the mail that the query is about, the
 * shortest is walked along, bit by bit, and what stands there is looked up in the others. So a rare word decides, and nobody reads the
 * list of a frequent one to its end; where all are frequent, the walk stops after {@link Bounds#walk} and tells where it was. A query
 * about some inboxes or senders walks along their own mail then, and stops nowhere else.
 */
final class Search {
    /**
     * How far a search goes.
     *
     * @param counted lists that are longer than this are all the same: many pages long. A query about some inboxes or senders counts
     *     up to {@code walk}
     * @param walk mail that is looked at for one page
     * @param firstStep mail that is looked at first, where the page is not longer
     * @param step mail that is looked at in each further step
     */
    record Bounds(int counted, int walk, int firstStep, int step) {
        static final Bounds USUAL = new Bounds(2_000, 5_000, 100, 500);
    }

    private final Tx tx;
    private final DSLContext sql;
    private final MessageQuery mail;
    private final List<Listing> listings;
    private final Bounds bounds;

    Search(Tx tx, SearchQuery query, Bounds bounds) {
        this.tx = tx;
        this.sql = JooqTx.sql(tx);
        this.mail = query.mail();
        this.listings = Listing.of(query);
        this.bounds = bounds;
    }

    /** A list of mail, newest first. */
    private interface Walk {
        List<Place> older(@Nullable Place before, int limit);
    }

    /** A list and how much of the mail that may be looked at stands in it, as far as that was counted. */
    private record Counted(Listing listing, int mails) {}

    Found page(int limit) {
        boolean isNarrowed = mail.endpoints() != null || mail.senders() != null;
        int counted = isNarrowed ? bounds.walk() : bounds.counted();
        Counted rarest = listings.stream()
                .map(listing -> new Counted(listing, listing.count(sql, mail.since(), mail.before(), counted)))
                .min(Comparator.comparingInt(Counted::mails))
                .orElseThrow();
        if (rarest.mails() == 0) {
            return new Found(List.of(), null);
        }
        // Where a walk along the whole workspace's list were left, its place would tell of mail that is none of the
        // caller's.
        boolean mayBeLeft = isNarrowed && rarest.mails() >= bounds.walk();
        if (mayBeLeft || isShorter(rarest.mails())) {
            return along(this::olderMail, listings, limit);
        }
        List<Listing> others = listings.stream()
                .filter(listing -> !listing.equals(rarest.listing()))
                .toList();
        return along((before, step) -> rarest.listing().older(sql, mail.since(), before, step), others, limit);
    }

    /** Whether the mail that the query is about is less than that. A thread always is: it is short. */
    private boolean isShorter(int mails) {
        return mail.thread() != null
                || Tallies.total(sql, new Totalled(mail.workspace(), mail.endpoints(), mail.senders(), mail.state()))
                        < mails;
    }

    private List<Place> olderMail(@Nullable Place before, int limit) {
        MessageQuery from = new MessageQuery(
                mail.workspace(),
                mail.endpoints(),
                mail.senders(),
                mail.inbound(),
                mail.state(),
                mail.status(),
                mail.thread(),
                mail.since(),
                before);
        return MessageLists.places(sql, from, limit);
    }

    private Found along(Walk walk, List<Listing> others, int limit) {
        List<MessageRecord> found = new ArrayList<>();
        Place before = mail.before();
        int step = Math.max(bounds.firstStep(), Math.min(limit, bounds.step()));
        for (int looked = 0; looked < bounds.walk(); looked += step, step = bounds.step()) {
            List<Place> next = walk.older(before, step);
            found.addAll(matching(next, others));
            if (found.size() >= limit || next.size() < step) {
                return new Found(MessageRows.messages(tx, found.subList(0, Math.min(limit, found.size()))), null);
            }
            before = next.getLast();
        }
        return new Found(MessageRows.messages(tx, found), before);
    }

    /** Those at these places that are what the query asks for. */
    private List<MessageRecord> matching(List<Place> places, List<Listing> others) {
        if (places.isEmpty()) {
            return List.of();
        }
        Condition all = MESSAGE.ID
                .in(places.stream().map(place -> place.id().value()).toList())
                .and(MessageLists.whole(mail));
        for (Listing other : others) {
            all = all.and(other.holds(MESSAGE.ID));
        }
        return sql.selectFrom(MESSAGE)
                .where(all)
                .orderBy(MESSAGE.OCCURRED_AT.desc(), MESSAGE.ID.desc())
                .fetch();
    }
}
