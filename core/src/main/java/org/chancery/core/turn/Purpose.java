package org.chancery.core.turn;

/** What the model is asked for. Each has its own share of a workspace's tokens. */
public enum Purpose {
    /** A mail waits for it: a turn of an agent, or the category that an endpoint's policy goes by. */
    DECISION,

    /** It is shown beside a mail and nothing depends on it: categories, summaries, suggestions for people. */
    VIEW
}
