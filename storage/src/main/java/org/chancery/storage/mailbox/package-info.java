/**
 * Messages, threads, folders and pipeline traces in tables. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.mailbox;

import org.jspecify.annotations.NullMarked;
