/**
 * What speaks against a mail: named signs in its content, attachments and senders, each with a weight. Looks at mail and
 * decides nothing about where it goes. Depends on {@code core.mail} and below, on Apache Mime4j, and on jsoup for HTML.
 */
@NullMarked
package org.chancery.core.screening;

import org.jspecify.annotations.NullMarked;
