/**
 * What the built-in model is asked, and what may become of its answers: it proposes, and policy or a person disposes. Mail is
 * quoted data to it, never instruction. Depends on all of core.
 */
@NullMarked
package org.chancery.core.turn;

import org.jspecify.annotations.NullMarked;
