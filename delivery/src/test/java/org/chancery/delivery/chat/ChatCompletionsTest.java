package org.chancery.delivery.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.chancery.core.turn.LanguageModel.Question;
import org.chancery.core.turn.LanguageModel.Reply;
import org.chancery.core.turn.LanguageModel.Usage;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Request;
import org.chancery.testkit.peer.ScriptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCompletionsTest {
    private static final Question QUESTION = new Question("the rules", "> the mail");

    private final ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("Hello."));
    private final ChatFigures figures = new ChatFigures();
    private final ChatCompletions chat = new ChatCompletions(config(Duration.ofSeconds(10)), figures);

    private ChatConfig config(Duration timeout) {
        return new ChatConfig(
                ChatConfig.baseUrl(model.baseUrl() + "/"), "small", new ChatConfig.ApiKey("key-1"), timeout, 77);
    }

    @AfterEach
    void close() {
        chat.close();
        model.close();
    }

    @Test
    void a_question_is_one_chat_completion_without_tools() throws IOException {
        assertEquals(
                new Reply.Said(Map.of("action", "propose_reply", "text", "Hello."), new Usage(100L, 20L)),
                chat.ask(QUESTION));
        Request request = model.questions().getFirst();
        JsonNode body = new ObjectMapper().readTree(request.text());
        assertEquals("/v1/chat/completions", request.target());
        assertEquals("Bearer key-1", request.header("authorization"));
        assertEquals("small", body.path("model").asText());
        assertEquals(77, body.path("max_tokens").asInt());
        assertEquals("system", body.path("messages").path(0).path("role").asText());
        assertEquals("the rules", body.path("messages").path(0).path("content").asText());
        assertEquals("user", body.path("messages").path(1).path("role").asText());
        assertEquals("> the mail", body.path("messages").path(1).path("content").asText());
        assertFalse(body.has("tools"));
        assertEquals(1, figures.calls());
        assertEquals(100, figures.inputTokens());
        assertEquals(0, figures.failures());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sure! Here is the reply.",
                "```json\n{\"action\": \"nothing\", \"text\": \"\"}\n```",
                "{\"action\": \"nothing\", \"text\": \"\"} and more",
                "{\"action\": \"nothing\", \"action\": \"propose_reply\"}",
                "{\"action\": [\"nothing\"]}",
                "{\"action\": null}",
                "{\"action\": {\"a\": 1}}",
                "[\"nothing\"]",
                "\"nothing\"",
                "{\"action\": \"nothing\"",
                "null",
            })
    void text_that_is_no_object_of_texts_is_no_answer(String text) {
        model.say(text);
        Reply.None none = assertInstanceOf(Reply.None.class, chat.ask(QUESTION));
        assertEquals(new Usage(100L, 20L), none.usage(), "it is counted nevertheless");
        assertEquals(1, figures.failures());
    }

    @ParameterizedTest
    @CsvSource({
        "500, true",
        "502, true",
        "503, true",
        "429, true",
        "408, true",
        "401, false",
        "403, false",
        "404, false",
        "400, false",
        "302, false",
        "204, false"
    })
    void a_status_says_whether_to_ask_again(int status, boolean mayPass) {
        model.script(request -> ScriptedHttpPeer.Reply.of(status, "{\"error\": \"key-1\"}"));
        Reply.None none = assertInstanceOf(Reply.None.class, chat.ask(QUESTION));
        assertEquals(mayPass, none.mayPass());
        assertFalse(none.why().contains("key-1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>busy</html>",
                "{}",
                "{\"choices\": []}",
                "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"I cannot\"}}]}",
                "{\"choices\": [{\"message\": {\"content\": {\"action\": \"nothing\"}}}]}",
                "{\"choices\": [{\"message\": {\"tool_calls\": [{\"function\": {\"name\": \"send\"}}]}}]}",
                "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\": \"{\\\"action\\\": \\\"nothing\\\"}\"}}]}",
            })
    void an_answer_of_another_form_is_none(String body) {
        model.script(request -> ScriptedHttpPeer.Reply.of(200, body));
        assertInstanceOf(Reply.None.class, chat.ask(QUESTION));
    }

    @Test
    void an_answer_without_end_is_not_read_to_its_end() {
        model.script(request -> ScriptedHttpPeer.Reply.of(200, " ".repeat(ChatCompletions.MAX_ANSWER + 1)));
        assertInstanceOf(Reply.None.class, chat.ask(QUESTION));
    }

    @Test
    void a_slow_model_is_given_up_after_the_timeout() {
        model.script(request -> ScriptedModel.said("{}").after(Duration.ofMinutes(5)));
        try (ChatCompletions hurried = new ChatCompletions(config(Duration.ofMillis(200)), figures)) {
            Reply.None none = assertInstanceOf(Reply.None.class, hurried.ask(QUESTION));
            assertTrue(none.mayPass());
            assertTrue(none.why().contains("within"));
        }
    }

    @Test
    void a_model_that_is_not_there_may_be_later() {
        model.close();
        assertTrue(assertInstanceOf(Reply.None.class, chat.ask(QUESTION)).mayPass());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"models.example/v1", "ftp://models.example", "https://u:p@models.example", "https://m/?k=1"})
    void a_base_url_that_cannot_be_is_refused(String url) {
        assertThrows(IllegalArgumentException.class, () -> ChatConfig.baseUrl(url));
    }

    @Test
    void the_key_does_not_print() {
        assertFalse(config(Duration.ofSeconds(1)).toString().contains("key-1"));
    }
}
