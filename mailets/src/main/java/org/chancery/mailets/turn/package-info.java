/** What a model is asked before a mail is given to anybody. Depends on {@code core.turn}. */
@NullMarked
package org.chancery.mailets.turn;

import org.jspecify.annotations.NullMarked;
