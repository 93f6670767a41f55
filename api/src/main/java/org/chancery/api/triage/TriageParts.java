package org.chancery.api.triage;

import org.chancery.core.screening.SpamScores;
import org.chancery.core.triage.HandlerChanges;
import org.chancery.core.triage.MailSearch;
import org.chancery.core.triage.MessageLabels;
import org.chancery.core.triage.Presence;
import org.chancery.core.triage.ReviewQueues;
import org.chancery.core.triage.TriageService;

/** What the calls of triage are answered by. */
public record TriageParts(
        TriageService mail,
        MailSearch search,
        MessageLabels labels,
        ReviewQueues queues,
        HandlerChanges handlers,
        Presence presence,
        SpamScores spam) {}
