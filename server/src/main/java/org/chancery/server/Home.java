package org.chancery.server;

import java.nio.file.Path;

/** Where the product itself lies: the checkout or the unpacked archive, as its start script says. */
public final class Home {

    /** The name of the pipeline's file. */
    public static final String PIPELINE = "mailetcontainer.xml";

    private Home() {}

    public static Path path() {
        return Path.of(System.getProperty("chancery.home", "."));
    }

    /** A file of the shipped configuration. */
    public static Path conf(String file) {
        return path().resolve("conf").resolve(file);
    }
}
