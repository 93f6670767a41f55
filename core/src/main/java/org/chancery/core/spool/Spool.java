package org.chancery.core.spool;

/**
 * Where accepted mail waits for the pipeline. What {@link Incoming#commit} returned for survives {@code kill -9} and a
 * power cut, and is processed once.
 *
 * <p>Used by many threads at once.
 */
public interface Spool {

    /**
     * Whether a mail would be taken now. Cheap: asked at MAIL FROM and DATA, so that a client need not send what will be
     * refused. It promises nothing; {@link Incoming#commit} asks again.
     */
    Admission admission();

    /** Begins to take one mail; the caller writes its bytes, commits, and closes in every case. */
    Incoming begin();

    /** How many committed mails wait for the pipeline or are in it. */
    long backlog();
}
