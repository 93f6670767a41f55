/**
 * The description of the API, made from the table of routes: {@code /openapi.json}, and a page to read it: {@code /docs}.
 */
@NullMarked
package org.chancery.api.openapi;

import org.jspecify.annotations.NullMarked;
