/**
 * What waits for people and what they do with it: {@code /v1/api/email/review}, {@code activity} and {@code messages}.
 */
@NullMarked
package org.chancery.api.triage;

import org.jspecify.annotations.NullMarked;
