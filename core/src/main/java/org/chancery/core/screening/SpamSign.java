package org.chancery.core.screening;

import java.util.Locale;

/**
 * What the built-in scorer looks for, what each sign weighs on the scale on which 5 is "probably spam", and why. This is the one place
 * where weights stand; a sign's name in lower case is the name of its signal.
 *
 * <p>They are set by hand, so that a person can say where a score comes from. Three rules hold, and a test watches over them: no sign
 * reaches 5 by itself, but those that are {@link #decisive()}; what honest mail has by accident or by bad software weighs at most
 * 1; and a mail that a person wrote by hand to somebody new, from a server without any authentication, stays below 3.
 */
public enum SpamSign {
    // The header section.
    MISSING_DATE(0.6, "RFC 5322 §3.6 demands it, every mail program writes it, many spam engines forget it"),
    BROKEN_DATE(0.8, "a date that nobody can read was not written by a mail program"),
    FUTURE_DATE(1.0, "written to stand on top of the inbox; a clock is seldom wrong by more than a day"),
    OLD_DATE(0.4, "mail takes days to arrive, not weeks; but it can lie in an outbox"),
    MISSING_MESSAGE_ID(0.5, "RFC 5322 §3.6.4: every mail should have one; scripts of honest people forget it, too"),
    BROKEN_MESSAGE_ID(0.5, "without a right side it cannot be unique, and no mail program makes such"),
    MESSAGE_ID_OF_OURS(1.0, "an id in the recipient's domain on a mail from elsewhere was made up"),
    MISSING_FROM(1.0, "RFC 5322 §3.6.2: there is no mail without an originator"),
    UNUSABLE_FROM(1.0, "an originator whom nobody can answer"),
    SEVERAL_FROM(1.0, "permitted, and written by nobody; it hides from filters who sent the mail"),
    DECORATED_FROM(0.5, "a name with exclamation marks, currency signs or pictures wants to be noticed"),
    MISSING_TO(0.4, "nobody is addressed: a blind copy to very many, or a careless script"),
    MANY_RECIPIENTS(0.8, "so many people are seldom written to by one who knows them all"),
    EMPTY_SUBJECT(0.2, "people forget it, programs do not; next to nothing"),
    SHOUTED_SUBJECT(0.8, "all in capitals; an order confirmation can be, too"),
    EXCITED_SUBJECT(0.7, "several exclamation marks or currency signs in a row"),
    DISGUISED_SUBJECT(0.4, "letters of the alphabet encoded as if they were none, which filters of old did not undo"),
    PRETENDED_REPLY(0.6, "a subject of an answer to nothing; some ticket systems do it"),
    PRETENDED_URGENCY(0.2, "marked as urgent by a stranger; people do it as well"),
    BULK_WITHOUT_UNSUBSCRIBE(0.7, "who sends to many by law and custom says how to leave (RFC 2369, RFC 8058)"),
    NO_TRACE(0.2, "straight from a program to us, without any server of its own between; scripts are as well"),
    BROKEN_TRACE(0.5, "a Received field without a time was not written by a mail server (RFC 5321 §4.4)"),
    FUTURE_TRACE(0.8, "a Received field from after the arrival is forged"),

    // Who sent it, by SPF, DKIM and DMARC. Small: spammers have domains in good order, and honest people do not.
    SPF_FAIL(1.2, "the domain says that this server does not send for it"),
    SPF_SOFTFAIL(0.6, "the domain says that this server probably does not send for it; forwarding looks the same"),
    DKIM_FAIL(0.4, "signed, and changed on the way; lists and virus scanners do that"),
    DMARC_FAIL(1.5, "the owner of the domain says that such mail is not theirs"),
    UNPROVEN_SENDER(0.5, "neither SPF nor DKIM says anything about who sent it"),
    SPF_PASS(-0.1, "whoever pays for a domain can have it"),
    DKIM_PASS(-0.1, "whoever pays for a domain can have it"),
    DMARC_PASS(-0.2, "the address in From is not forged; it says nothing about what it sends"),

    // The content.
    LITTLE_TEXT(0.4, "much markup around few words; newsletters come near"),
    PICTURE_ONLY(2.0, "a picture with a link in place of a text is there for people, not for filters"),
    HIDDEN_TEXT(1.5, "much text that no reader sees is there for filters; more than a preview line is needed"),
    MOSTLY_LINKS(0.7, "hardly a word that is no link"),
    VERY_MANY_LINKS(1.0, "more links than anybody can follow"),
    SHORTENED_LINKS(0.7, "the place where it leads is kept from the reader"),
    SHOUTED_TEXT(0.7, "mostly in capitals"),
    TRACKING_PIXEL(0.1, "every newsletter has one"),
    BIG_SUM(0.7, "a sum of six digits or more, and its currency; invoices have it as well"),
    BITCOIN_ADDRESS(0.9, "where to pay without being found; honest people seldom mail it"),
    DISGUISED_WORDS(1.2, 3, "words spelled so that filters do not know them; nobody does that by accident"),
    MIXED_ALPHABETS(1.5, "words made of letters of two alphabets that look alike"),
    INVISIBLE_CHARACTERS(1.2, "characters without width within words, to break them up for filters"),

    // What it talks about, for each different phrase: an honest mail may have one or two, an unsolicited one consists
    // of them.
    MONEY_WORDING(0.6, 5, "offers of money for nothing"),
    PHARMA_WORDING(0.8, 5, "offers of medicine"),
    LOTTERY_WORDING(0.6, 6, "prizes and hurry"),
    ADVANCE_FEE_WORDING(0.7, 6, "fortunes of strangers who died"),
    EXTORTION_WORDING(0.7, 6, "threats to tell on the reader"),
    ADULT_WORDING(0.7, 5, "offers of company"),
    GAMBLING_WORDING(0.7, 5, "offers of games"),
    PROMOTION_WORDING(0.5, 4, "offers of fame; honest agencies write like this"),

    // What is known about the sender, in the recipient's workspace. Below zero only where the sender is believed to be
    // who it says.
    FIRST_CONTACT(0.3, "nobody here had mail from this address; most mail of strangers is honest"),
    KNOWN_SENDER(-0.5, "mail of this address was let in before"),
    CORRESPONDENT(-2.5, "somebody here answered this address"),
    REPLY_TO_OURS(-4.0, "it answers a mail of ours, whose id only its recipients know"),

    // What people taught.
    BAYES(
            4.0,
            "likeness to mail that people rejected; at its most. Poisoned or mistaken lessons alone shall not keep mail away"),
    BAYES_HAM(-3.0, "likeness to mail that people accepted; at its most"),

    // Decisive by itself.
    GTUBE(100.0, "the agreed test text: a mail with it is to be treated as spam by every filter");

    private final double weight;
    private final int most;
    private final String reason;

    SpamSign(double weight, String reason) {
        this(weight, 1, reason);
    }

    SpamSign(double weight, int most, String reason) {
        this.weight = weight;
        this.most = most;
        this.reason = reason;
    }

    /** What it weighs once. */
    public double weight() {
        return weight;
    }

    /** How many times it counts in one mail. */
    public int most() {
        return most;
    }

    /** Why it weighs that much. */
    public String reason() {
        return reason;
    }

    /** Whether it is spam by this sign alone. */
    public boolean decisive() {
        return this == GTUBE;
    }

    /** The name of its signal. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** It was found. */
    Signal found(String detail) {
        return new Signal(text(), weight, detail);
    }

    /** It was found that often. */
    Signal found(int times, String detail) {
        return new Signal(text(), Math.round(weight * Math.min(times, most) * 100) / 100.0, detail);
    }
}
