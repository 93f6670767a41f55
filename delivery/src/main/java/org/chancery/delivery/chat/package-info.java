/**
 * Asks a model by OpenAI-compatible chat completions. Depends on {@code core.turn}.
 */
@NullMarked
package org.chancery.delivery.chat;

import org.jspecify.annotations.NullMarked;
