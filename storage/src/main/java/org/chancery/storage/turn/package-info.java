/**
 * What models were asked, counted in a table. Depends on transactions.
 */
@NullMarked
package org.chancery.storage.turn;

import org.jspecify.annotations.NullMarked;
