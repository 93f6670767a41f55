/** The keys that mail is signed with, in their table. */
@NullMarked
package org.chancery.storage.dkim;

import org.jspecify.annotations.NullMarked;
