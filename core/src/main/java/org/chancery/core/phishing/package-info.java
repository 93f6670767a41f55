/**
 * Signs of a mail that wants to be taken for somebody else's: in its sender, its links, its page and its words. Pure: mail and what is
 * ours in, named signals out. Depends on {@code core.screening}, {@code core.mail} and jsoup.
 */
@NullMarked
package org.chancery.core.phishing;

import org.jspecify.annotations.NullMarked;
