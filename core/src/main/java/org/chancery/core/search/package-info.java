/** Mail found by its words: what is kept of each mail for that, and what is asked. Depends on the mailbox and below. */
@NullMarked
package org.chancery.core.search;

import org.jspecify.annotations.NullMarked;
