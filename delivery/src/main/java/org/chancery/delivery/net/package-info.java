/**
 * What all conversations with other machines share: what names stand for, where nothing of a stranger can be, and how long a
 * conversation may last. Depends on dnsjava alone.
 */
@NullMarked
package org.chancery.delivery.net;

import org.jspecify.annotations.NullMarked;
