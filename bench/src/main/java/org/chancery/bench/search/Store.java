package org.chancery.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.chancery.bench.compare.Comparison;
import org.chancery.bench.compare.Comparison.Call;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/** A running server with mail in a big inbox and a small one, and those who search: an admin, and a token of the small inbox. */
final class Store implements Comparison.Subject {
    static final String ADMIN = "admin";
    static final String SMALL_INBOX = "small inbox";

    /** Mails that copies are made of: as many that say left as right, and a few that say seldom: more than a page of 1,000. */
    static final int COMMON = 36;

    static final int SELDOM = 4;
    private static final int NEEDLES = 3;
    private static final int IN_SMALL_INBOX = 20;
    private static final int WAITS = 600;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Product product;
    private final Map<String, String> tokens = new LinkedHashMap<>();

    private Store(Product product) {
        this.product = product;
        tokens.put(ADMIN, Setup.ADMIN_TOKEN);
    }

    /** Starts it, with the two inboxes where they are not there yet. */
    static Store open(Path home, Setup setup) throws IOException, InterruptedException {
        Product product = Product.start(home, setup);
        try {
            Store store = new Store(product);
            product.api().makeEndpoint("desk");
            product.api().makeEndpoint("small");
            JsonNode token = store.post(
                    "/v1/tokens/",
                    "{\"label\": \"search\", \"inbox_id\": \"small@" + Setup.DOMAIN
                            + "\", \"scopes\": [\"email:read\"]}");
            store.tokens.put(SMALL_INBOX, token.path("token").asText());
            return store;
        } catch (IOException | InterruptedException | RuntimeException e) {
            product.close();
            throw e;
        }
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(product.api().post(path, body, Setup.ADMIN_TOKEN));
    }

    /** Sends the mails that others are copies of, and those that are there once; waits until they are found. */
    void send() throws IOException, InterruptedException {
        for (int i = 0; i < IN_SMALL_INBOX; i++) {
            send("small", "aside", "common " + (i % 2 == 0 ? "left" : "right"));
        }
        for (int i = 0; i < NEEDLES; i++) {
            send("desk", "needle", "common left");
        }
        for (int i = 0; i < SELDOM; i++) {
            send("desk", "seldom", "common " + (i % 2 == 0 ? "left" : "right"));
        }
        for (int i = 0; i < COMMON; i++) {
            send("desk", "ordinary", "common " + (i % 2 == 0 ? "left" : "right"));
        }
        int all = IN_SMALL_INBOX + NEEDLES + SELDOM + COMMON;
        for (int i = 0; count("q=common&limit=200") < all; i++) {
            if (i == WAITS) {
                throw new IOException("mail is not found");
            }
            Thread.sleep(100);
        }
    }

    private void send(String inbox, String subject, String text) throws IOException, InterruptedException {
        post(
                "/v1/messages/",
                "{\"inbox_id\": \"" + inbox + "@" + Setup.DOMAIN + "\", \"to\": [{\"email\": \"client@load.test\"}],"
                        + " \"subject\": \"" + subject + "\", \"text_body\": \"" + text + " as agreed on Monday\"}");
    }

    private int count(String query) throws IOException, InterruptedException {
        return JSON.readTree(product.api().get("/v1/messages/?" + query, Setup.ADMIN_TOKEN))
                .size();
    }

    @Override
    public void make(Call call) throws IOException, InterruptedException {
        product.api().get(call.path(), Objects.requireNonNull(tokens.get(call.who())));
    }

    @Override
    public void close() {
        product.close();
    }
}
