/**
 * What an operator sets: every key with its type, default and meaning, read from a file and the environment. Knows no other
 * part of the product.
 */
@NullMarked
package org.chancery.server.config;

import org.jspecify.annotations.NullMarked;
