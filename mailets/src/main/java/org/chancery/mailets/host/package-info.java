/**
 * James's mailet container, and the two doors into it: {@link org.chancery.mailets.host.SpoolRunner} for mail that came in,
 * {@link org.chancery.mailets.host.OutboundProcessor} for mail that leaves. Depends on the other packages of this module.
 */
@NullMarked
package org.chancery.mailets.host;

import org.jspecify.annotations.NullMarked;
