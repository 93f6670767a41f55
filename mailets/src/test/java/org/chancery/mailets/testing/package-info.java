/** A pipeline for tests: a spool, a mailbox and a raw-mail store that are scripted by hand, and mailets that misbehave. */
@NullMarked
package org.chancery.mailets.testing;

import org.jspecify.annotations.NullMarked;
