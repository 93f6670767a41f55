/** Questions to the name servers for sender authentication. The only package here that knows dnsjava. */
@NullMarked
package org.chancery.mailets.authentication.dns;

import org.jspecify.annotations.NullMarked;
