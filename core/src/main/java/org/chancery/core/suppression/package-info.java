/**
 * Addresses to which a workspace sends nothing any more: whose mail came back for good, who complained, whom a person put there.
 * Depends on the mailbox and below.
 */
@NullMarked
package org.chancery.core.suppression;

import org.jspecify.annotations.NullMarked;
