package org.chancery.api.signin;

import org.chancery.api.http.Field;

/** A session that is over. */
public record SignedOutJson(@Field("Always true.") boolean success) {}
