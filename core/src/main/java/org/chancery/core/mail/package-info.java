/**
 * Mail words: addresses, envelopes, message ids, what is read from a stranger's bytes. Depends on ids and on Apache Mime4j.
 */
@NullMarked
package org.chancery.core.mail;

import org.jspecify.annotations.NullMarked;
