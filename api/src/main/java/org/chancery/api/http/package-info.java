/**
 * How a call is declared, checked and answered: the table of routes, what stands between the socket and a handler
 * (credentials, scopes, parameters, JSON, idempotency), and the one mapping of faults to problems. Depends on core's
 * access, event and fault; knows no feature.
 */
@NullMarked
package org.chancery.api.http;

import org.jspecify.annotations.NullMarked;
