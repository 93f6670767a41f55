/**
 * The few things that the spool and the raw-mail store ask of a disk, so that tests can give them one that forgets.
 * Depends on nothing.
 */
@NullMarked
package org.chancery.storage.disk;

import org.jspecify.annotations.NullMarked;
