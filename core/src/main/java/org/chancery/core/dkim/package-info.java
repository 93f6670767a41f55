/**
 * The keys that our domains sign mail with: how they are made, published, used and replaced. Signing itself belongs to {@code
 * delivery.dkim}. Depends on workspaces, whose domains they are, and on the record.
 */
@NullMarked
package org.chancery.core.dkim;

import org.jspecify.annotations.NullMarked;
