package org.chancery.core.mailbox;

/**
 * What a model made of a mail, for people and for the endpoint's category policy; never more than a hint.
 *
 * @param category one of those that the endpoint offers
 * @param summary a sentence; may be empty
 */
public record ModelView(String category, String summary) {}
