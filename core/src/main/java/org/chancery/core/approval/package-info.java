/**
 * A stop until people decide: what is held, by which rule, who decided and how. Depends on mailboxes and below; what is held
 * knows above this package how to be done.
 */
@NullMarked
package org.chancery.core.approval;

import org.jspecify.annotations.NullMarked;
