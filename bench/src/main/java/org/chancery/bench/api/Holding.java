package org.chancery.bench.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chancery.bench.compare.Comparison;
import org.chancery.bench.compare.Comparison.Call;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/** A running server with an endpoint whose token is restricted, and those who use it: the agent, an admin and a member. */
final class Holding implements Comparison.Subject {
    static final String AGENT = "agent";
    static final String ADMIN = "admin";
    static final String MEMBER = "member";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REVIEWER = "reviewer@" + Setup.DOMAIN;

    private final Product product;
    private final Map<String, String> tokens = new LinkedHashMap<>();

    private Holding(Product product) {
        this.product = product;
        tokens.put(ADMIN, Setup.ADMIN_TOKEN);
    }

    /** Starts it, and makes those who use it; once for each start. */
    static Holding open(Path home, Setup setup, int start) throws IOException, InterruptedException {
        Product product = Product.start(home, setup);
        try {
            Holding holding = new Holding(product);
            String inbox = holding.post(
                            ADMIN,
                            "/v1/api/email/endpoints",
                            "{\"localpart\": \"desk" + start + "\", \"kind\": \"custom\"}")
                    .path("id")
                    .asText();
            String scopes = "\"scopes\": [\"email:read\", \"email:send\", \"approvals:read\"]";
            JsonNode agent = holding.post(
                    ADMIN,
                    "/v1/tokens/",
                    "{\"label\": \"agent\", \"inbox_id\": \"" + inbox + "\", " + scopes
                            + ", \"requires_approval\": [\"email:send\"]}");
            holding.tokens.put(AGENT, agent.path("token").asText());
            String inside = " --workspace " + Setup.DOMAIN;
            if (start == 1) {
                product.admin(home, words("user add --role member --name member --email " + REVIEWER + inside));
            }
            String made = product.admin(
                    home, words("token create --label bench --scopes approvals:read --user " + REVIEWER + inside));
            holding.tokens.put(MEMBER, made.strip().substring(made.strip().lastIndexOf(' ') + 1));
            return holding;
        } catch (IOException | InterruptedException | RuntimeException e) {
            product.close();
            throw e;
        }
    }

    private static List<String> words(String command) {
        return List.of(command.split(" "));
    }

    JsonNode post(String who, String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(product.api().post(path, body, Objects.requireNonNull(tokens.get(who))));
    }

    /** Has a mail held; its approval. */
    String hold() throws IOException, InterruptedException {
        JsonNode sent = post(AGENT, "/v1/messages/", mail());
        if (!sent.path("status").asText().equals("held")) {
            throw new IOException("not held: " + sent);
        }
        return sent.path("approval_id").asText();
    }

    static String mail() {
        return "{\"to\": [{\"email\": \"client@load.test\"}], \"subject\": \"An offer\", \"text_body\": \""
                + "Here is what we spoke about. ".repeat(40) + "\"}";
    }

    @Override
    public void make(Call call) throws IOException, InterruptedException {
        String token = Objects.requireNonNull(tokens.get(call.who()));
        if (call.body().isEmpty()) {
            product.api().get(call.path(), token);
        } else {
            product.api().post(call.path(), call.body(), token);
        }
    }

    @Override
    public void close() {
        product.close();
    }
}
