/**
 * Bundles of evidence: all about one mail or approval in one signed file, which is verified without the server. Depends on the record, on
 * mail and on what is decided about it.
 */
@NullMarked
package org.chancery.core.evidence;

import org.jspecify.annotations.NullMarked;
