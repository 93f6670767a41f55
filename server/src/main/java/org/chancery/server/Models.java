package org.chancery.server;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chancery.core.turn.CategoryDesk;
import org.chancery.core.turn.ModelDesk;
import org.chancery.core.turn.TokenShares;
import org.chancery.delivery.chat.ChatCompletions;
import org.chancery.delivery.chat.ChatConfig;
import org.chancery.delivery.chat.ChatFigures;
import org.chancery.mailets.turn.DecideByCategory;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;
import org.jspecify.annotations.Nullable;

/** The model, where one is configured, and the desks at which it is asked. */
final class Models implements AutoCloseable {
    /** Categories that are asked for at a time; more wait, and their mails with them. */
    private static final int AT_ONCE = 4;

    private final Foundation base;
    private final ChatFigures figures = new ChatFigures();
    private final @Nullable ChatCompletions model;
    private final ModelDesk desk;
    private final ExecutorService asking = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("model-", 1).factory());
    private final CategoryDesk categories;

    private Models(Foundation base) {
        this.base = base;
        this.model = base.configuration
                .get(Keys.MODEL_BASE_URL)
                .map(url -> new ChatCompletions(chat(base.configuration, url), figures))
                .orElse(null);
        this.desk = new ModelDesk(
                base.transactions,
                base.modelUsage,
                model,
                new TokenShares(
                        base.configuration.get(Keys.MODEL_TOKENS_PER_DAY),
                        base.configuration.get(Keys.MODEL_VIEWS_PERCENT)),
                base.clock);
        this.categories = new CategoryDesk(desk, asking, base.clock);
    }

    static Models over(Foundation base) {
        return new Models(base);
    }

    private static ChatConfig chat(Configuration configuration, URI url) {
        return new ChatConfig(
                url,
                configuration.get(Keys.MODEL_NAME),
                new ChatConfig.ApiKey(configuration.get(Keys.MODEL_API_KEY)),
                configuration.get(Keys.MODEL_TIMEOUT),
                configuration.get(Keys.MODEL_MAX_OUTPUT_TOKENS));
    }

    ModelDesk desk() {
        return desk;
    }

    CategoryDesk categories() {
        return categories;
    }

    /** The step of the pipeline that asks for categories. */
    DecideByCategory mailet() {
        return new DecideByCategory(
                handling -> base.transactions.in(
                        tx -> base.endpointRepository.find(tx, handling.workspace(), handling.endpoint())),
                categories::sort,
                base.raw::open);
    }

    void bind(MeterRegistry meters) {
        Metrics.bindModel(meters, figures);
    }

    @Override
    public void close() {
        asking.shutdownNow();
        if (model != null) {
            model.close();
        }
    }
}
