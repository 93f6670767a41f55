/** Mail found by its words. Depends on {@code core.search} and on the lists of {@code storage.mailbox}. */
@NullMarked
package org.chancery.storage.search;

import org.jspecify.annotations.NullMarked;
