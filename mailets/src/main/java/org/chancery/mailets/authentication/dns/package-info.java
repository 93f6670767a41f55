/**
 * Questions to the name servers for sender authentication, through dnsjava, and who a domain belongs to: Guava has the list of
 * public suffixes.
 */
@NullMarked
package org.chancery.mailets.authentication.dns;

import org.jspecify.annotations.NullMarked;
