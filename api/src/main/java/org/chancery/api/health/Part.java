package org.chancery.api.health;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A part of the server that has to work before it is ready.
 *
 * @param name such as {@code database}
 * @param trouble why it does not work now, empty where it does; shown to whoever asks, so without secrets. May block; a
 *     part that does not answer in time counts as in trouble
 */
public record Part(String name, Supplier<Optional<String>> trouble) {}
