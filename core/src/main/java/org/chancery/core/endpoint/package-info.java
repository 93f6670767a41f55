/**
 * Hosted addresses with their policies and counters, and the directory which says where a recipient belongs. Depends on access and below.
 */
@NullMarked
package org.chancery.core.endpoint;

import org.jspecify.annotations.NullMarked;
