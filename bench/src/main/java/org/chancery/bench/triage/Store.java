package org.chancery.bench.triage;

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

/** A running server over a filled store, and those who ask it. */
final class Store implements Comparison.Subject {
    private static final String ADMIN = "admin";
    private static final String MEMBER = "member";

    /** Those who look. */
    static final List<String> WHO = List.of(ADMIN, MEMBER);

    private final Product product;
    private final Map<String, String> tokens;

    private Store(Product product, Map<String, String> tokens) {
        this.product = product;
        this.tokens = tokens;
    }

    /** Starts it, and makes a member who sees mail from that address. */
    static Store open(Path home, Setup setup, String member) throws IOException, InterruptedException {
        Product product = Product.start(home, setup);
        try {
            String inside = " --workspace " + Setup.DOMAIN;
            product.admin(home, words("user add --role member --name member --email " + member + inside));
            String made = product.admin(
                    home, words("token create --label bench --scopes conversations:read --user " + member + inside));
            Map<String, String> tokens = new LinkedHashMap<>();
            tokens.put(ADMIN, Setup.ADMIN_TOKEN);
            tokens.put(MEMBER, made.strip().substring(made.strip().lastIndexOf(' ') + 1));
            return new Store(product, tokens);
        } catch (IOException | InterruptedException | RuntimeException e) {
            product.close();
            throw e;
        }
    }

    private static List<String> words(String command) {
        return List.of(command.split(" "));
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
