package org.chancery.testkit.peer;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.chancery.testkit.peer.ScriptedHttpPeer.Request;

/** A model behind chat completions, which says what a test has it say: well, badly, slowly, or taken in by a mail. */
public final class ScriptedModel implements AutoCloseable {
    private final ScriptedHttpPeer peer;

    private ScriptedModel(Function<Request, Reply> script) {
        this.peer = ScriptedHttpPeer.start(script);
    }

    /** One that always says the same. */
    public static ScriptedModel saying(String content) {
        return new ScriptedModel(request -> said(content));
    }

    public static ScriptedModel answering(Function<Request, Reply> script) {
        return new ScriptedModel(script);
    }

    /** An answer whose text is this. */
    public static Reply said(String content) {
        return Reply.of(
                200,
                "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\", \"message\": {\"role\": \"assistant\","
                        + " \"content\": \"" + escaped(content)
                        + "\"}}], \"usage\": {\"prompt_tokens\": 100, \"completion_tokens\": 20}}");
    }

    /** An answer that proposes a reply. */
    public static String reply(String text) {
        return "{\"action\": \"propose_reply\", \"text\": \"" + escaped(text) + "\"}";
    }

    public static String escalation(String why) {
        return "{\"action\": \"escalate\", \"text\": \"" + escaped(why) + "\"}";
    }

    public static String nothing() {
        return "{\"action\": \"nothing\", \"text\": \"\"}";
    }

    public static String view(String category, String summary) {
        return "{\"category\": \"" + escaped(category) + "\", \"summary\": \"" + escaped(summary) + "\"}";
    }

    /** Whether it was asked for a mail's category and summary, not for a turn. */
    public static boolean asksForView(Request request) {
        return request.text().contains("CATEGORY");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ') {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Says this to the questions that come from now on. */
    public void say(String content) {
        peer.script(request -> said(content));
    }

    public void script(Function<Request, Reply> script) {
        peer.script(script);
    }

    /** For {@code model.base-url}. */
    public String baseUrl() {
        return peer.url("/v1");
    }

    public List<Request> questions() {
        return peer.requests();
    }

    public List<Request> await(int count, Duration patience) {
        return peer.await(count, patience);
    }

    @Override
    public void close() {
        peer.close();
    }
}
