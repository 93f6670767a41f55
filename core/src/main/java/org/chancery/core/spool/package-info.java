/**
 * Mail that was accepted and waits for the pipeline. Depends on mail words.
 */
@NullMarked
package org.chancery.core.spool;

import org.jspecify.annotations.NullMarked;
