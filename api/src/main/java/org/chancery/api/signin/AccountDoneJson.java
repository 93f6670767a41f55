package org.chancery.api.signin;

import org.chancery.api.http.Field;

/** It is done. */
public record AccountDoneJson(@Field("Always true.") boolean success) {}
