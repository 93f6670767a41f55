package org.chancery.delivery.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.core.turn.LanguageModel;
import org.jspecify.annotations.Nullable;

/**
 * A model behind an OpenAI-compatible API: one question, one answer, nothing streamed, no tools. Of an answer only a JSON object of
 * texts is of use; all else, an answer that was cut off included, is none. The URL is the operator's, and not guarded.
 */
public final class ChatCompletions implements LanguageModel, AutoCloseable {
    /** Far more than the tokens that are asked for. */
    static final int MAX_ANSWER = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ChatConfig config;
    private final HttpClient http;
    private final ChatFigures figures;

    public ChatCompletions(ChatConfig config, ChatFigures figures) {
        this.config = config;
        this.figures = figures;
        this.http = HttpClient.newBuilder()
                .connectTimeout(config.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public Reply ask(Question question) {
        long began = System.nanoTime();
        Reply reply = exchange(question);
        figures.count(reply, System.nanoTime() - began);
        return reply;
    }

    private Reply late() {
        return none("the model gave no answer within " + config.timeout().toSeconds() + " s", true);
    }

    private Reply exchange(Question question) {
        CompletableFuture<HttpResponse<byte[]>> sent =
                http.sendAsync(request(question), info -> new BoundedBody(MAX_ANSWER));
        try {
            return read(sent.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            sent.cancel(true);
            return late();
        } catch (ExecutionException broken) {
            return broken.getCause() instanceof HttpTimeoutException
                    ? late()
                    : none("the model could not be reached, or its answer not be read", true);
        } catch (InterruptedException stopping) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            return none("the server stopped", true);
        }
    }

    private HttpRequest request(Question question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.completions())
                .timeout(config.timeout())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body(question)));
        if (!config.key().text().isEmpty()) {
            request.header("Authorization", "Bearer " + config.key().text());
        }
        return request.build();
    }

    private byte[] body(Question question) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", config.name());
        body.putArray("messages").add(message("system", question.system())).add(message("user", question.user()));
        body.put("max_tokens", config.maxOutputTokens());
        body.put("temperature", 0);
        body.putObject("response_format").put("type", "json_object");
        body.put("stream", false);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException bug) {
            throw new IllegalStateException(bug);
        }
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }

    private static Reply read(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status != 200) {
            return none("the model answered with HTTP " + status, status == 408 || status == 429 || status >= 500);
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (IOException notJson) {
            return none("the model's answer is no JSON", true);
        }
        Usage usage = new Usage(
                count(answer.path("usage").path("prompt_tokens")),
                count(answer.path("usage").path("completion_tokens")));
        JsonNode choice = answer.path("choices").path(0);
        if (choice.path("finish_reason").asText("stop").equals("length")) {
            return new Reply.None("the model's answer was cut off at model.max-output-tokens", false, usage);
        }
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual()) {
            return new Reply.None("the model refused, or gave no text", false, usage);
        }
        Map<String, String> members = members(content.asText());
        return members == null
                ? new Reply.None("the model's text is not the JSON object that it was asked for", true, usage)
                : new Reply.Said(members, usage);
    }

    private static @Nullable Long count(JsonNode number) {
        return number.canConvertToLong() ? number.asLong() : null;
    }

    /** Null where it is no object of texts. */
    private static @Nullable Map<String, String> members(String text) {
        JsonNode object;
        try {
            object = JSON.readTree(text);
        } catch (IOException notJson) {
            return null;
        }
        if (!object.isObject()) {
            return null;
        }
        Map<String, String> members = new HashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!member.getValue().isTextual()) {
                return null;
            }
            members.put(member.getKey(), member.getValue().asText());
        }
        return members;
    }

    private static Reply none(String why, boolean mayPass) {
        return new Reply.None(why, mayPass, Usage.UNKNOWN);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
