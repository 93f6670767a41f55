/**
 * Raw mail as files, named by their digest. Depends on core's mailbox words and on {@code storage.disk}.
 */
@NullMarked
package org.chancery.storage.raw;

import org.jspecify.annotations.NullMarked;
