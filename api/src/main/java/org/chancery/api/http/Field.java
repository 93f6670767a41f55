package org.chancery.api.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a request or response record means and may hold. {@link FieldChecks} refuses what breaks it, and
 * {@code /openapi.json} tells of it. Whether a field is required says its type: what is not {@code @Nullable} is.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Field {

    /** Characters that a text may have where nothing else is said: bounded by the size of the body alone. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /** What it means, in a sentence. */
    String value() default "";

    int maxLength() default UNBOUNDED;

    /** Whether the text must be more than blanks. */
    boolean notBlank() default false;

    /** Whether line ends and other control characters are refused, as in whatever ends up in a header field. */
    boolean singleLine() default false;

    /** The texts that are allowed; none means any. */
    String[] oneOf() default {};

    long min() default Long.MIN_VALUE;

    long max() default Long.MAX_VALUE;

    int maxItems() default 100;

    /** Whether the field belongs to the contract but nothing acts on it yet: then any value is refused. */
    boolean notYet() default false;
}
