package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import java.lang.reflect.InvocationTargetException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.chancery.mailets.trace.ErrorText;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mailets and matchers that the file names: ours, then James's, then any by its full class name and public
 * constructor without arguments.
 */
final class StepLoader implements MailetLoader, MatcherLoader {
    private static final List<String> MAILET_PACKAGES = List.of("org.apache.james.transport.mailets.", "");
    private static final List<String> MATCHER_PACKAGES =
            List.of("org.apache.james.transport.matchers.", "org.apache.james.mailetcontainer.impl.matchers.", "");

    private final OurMailets ours;
    private final HostContext context;

    StepLoader(OurMailets ours, HostContext context) {
        this.ours = ours;
        this.context = context;
    }

    @Override
    public Mailet getMailet(MailetConfig config) {
        String name = config.getMailetName();
        Mailet mailet = ours.mailet(name).orElseGet(() -> {
            Mailet found = find(name, MAILET_PACKAGES, Mailet.class);
            if (found == null) {
                throw new ContainerError("there is no mailet " + name
                        + KnownNames.ofMailets(ours).suggest(name));
            }
            return found;
        });
        try {
            mailet.init(new NamedConfig(config, context.forMailet(name)));
        } catch (MessagingException | RuntimeException e) {
            throw new ContainerError("mailet " + name + " cannot be set up: " + ErrorText.of(e));
        }
        return mailet;
    }

    @Override
    public Matcher getMatcher(MatcherConfig config) {
        String name = config.getMatcherName();
        Matcher matcher = ours.matcher(name).orElseGet(() -> {
            Matcher found = find(name, MATCHER_PACKAGES, Matcher.class);
            if (found == null) {
                throw new ContainerError("there is no matcher " + name
                        + KnownNames.ofMatchers(ours).suggest(name));
            }
            return found;
        });
        try {
            matcher.init(config);
        } catch (MessagingException | RuntimeException e) {
            throw new ContainerError("matcher " + name + " cannot be set up: " + ErrorText.of(e));
        }
        return matcher;
    }

    private static <T> @Nullable T find(String name, List<String> packages, Class<T> kind) {
        for (String prefix : packages) {
            Class<?> type = load(prefix + name);
            if (type != null) {
                return make(type, kind);
            }
        }
        return null;
    }

    private static @Nullable Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            return null;
        } catch (LinkageError e) {
            throw new ContainerError(name + " cannot be loaded: " + ErrorText.of(e));
        }
    }

    private static <T> T make(Class<?> type, Class<T> kind) {
        if (!kind.isAssignableFrom(type)) {
            throw new ContainerError(
                    type.getName() + " is no " + kind.getSimpleName().toLowerCase(Locale.ROOT));
        }
        try {
            return kind.cast(type.getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            throw new ContainerError(type.getName() + " cannot be made: " + ErrorText.of(cause == null ? e : cause));
        } catch (ReflectiveOperationException e) {
            throw new ContainerError(
                    type.getName() + " cannot be made: it has no public constructor without arguments");
        }
    }

    /** James's settings of one mailet, with a context that knows the mailet's name. */
    private record NamedConfig(MailetConfig settings, MailetContext context) implements MailetConfig {
        @Override
        public @Nullable String getInitParameter(String name) {
            return settings.getInitParameter(name);
        }

        @Override
        public Iterator<String> getInitParameterNames() {
            return settings.getInitParameterNames();
        }

        @Override
        public MailetContext getMailetContext() {
            return context;
        }

        @Override
        public String getMailetName() {
            return settings.getMailetName();
        }
    }
}
