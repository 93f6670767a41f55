package org.chancery.core.audit;

/**
 * Where a service writes down what was done, and what was tried in vain.
 *
 * @param log what was done, in its own transaction
 * @param refused what must not be done, and was not
 */
public record Notes(AuditLog log, RefusedAttempts refused) {}
