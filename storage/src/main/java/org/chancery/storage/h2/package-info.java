/**
 * The embedded H2: its settings, its file, and how commits get to the disk. Depends on H2 and core's faults.
 */
@NullMarked
package org.chancery.storage.h2;

import org.jspecify.annotations.NullMarked;
