package org.chancery.api.triage;

import java.util.List;

/** A page of the activity and how much there is in all. */
public record ActivityJson(List<RowJson> rows, long total) {}
