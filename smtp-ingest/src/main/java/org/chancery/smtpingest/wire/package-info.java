/**
 * SMTP as bytes on a connection: lines in, replies out, the content of a mail up to its end. Knows nothing of what a
 * command means. Depends on the JDK.
 */
@NullMarked
package org.chancery.smtpingest.wire;

import org.jspecify.annotations.NullMarked;
