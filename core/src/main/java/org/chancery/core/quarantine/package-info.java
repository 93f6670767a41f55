/**
 * Inbound mail that nobody has seen yet: what is confined and why, what a person decides about it, and how it comes back into
 * the pipeline. Depends on mailboxes and below.
 */
@NullMarked
package org.chancery.core.quarantine;

import org.jspecify.annotations.NullMarked;
