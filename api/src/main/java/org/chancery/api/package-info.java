/**
 * The HTTP API, one package a feature; {@code http} is what they share. Depends on core and on no other edge.
 */
@NullMarked
package org.chancery.api;

import org.jspecify.annotations.NullMarked;
