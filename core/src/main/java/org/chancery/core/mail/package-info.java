/**
 * Mail words: addresses, envelopes, message ids, what is read from a stranger's bytes. Depends on ids, on Apache Mime4j, and on jsoup for HTML.
 */
@NullMarked
package org.chancery.core.mail;

import org.jspecify.annotations.NullMarked;
