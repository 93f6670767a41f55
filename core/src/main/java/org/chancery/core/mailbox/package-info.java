/**
 * Folders, messages, threads, flags and UIDs, the raw bytes of every mail, and delivery into them. Depends on endpoints and below.
 */
@NullMarked
package org.chancery.core.mailbox;

import org.jspecify.annotations.NullMarked;
