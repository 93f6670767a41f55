/**
 * {@code bin/corpus-report}: how well mail is read, measured on a corpus that others gathered. Uses the same entry points as the
 * pipeline and the API do, and decides nothing in the server.
 */
@NullMarked
package org.chancery.server.report;

import org.jspecify.annotations.NullMarked;
