/** Suppressed addresses in the database. */
@NullMarked
package org.chancery.storage.suppression;

import org.jspecify.annotations.NullMarked;
