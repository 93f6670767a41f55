package org.chancery.core.screening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailWords;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;

/**
 * What is learned of a mail and looked up for it: its words, and where it comes from and leads to, each once. A workspace keeps hashes
 * of them that are its own, so that no text of mail can be read back from what was learned.
 *
 * @param marks sender, hosts, kinds of files: few, and always looked at
 * @param words of subject and text
 */
record MailTokens(Set<String> marks, Set<String> words) {
    /**
     * What is looked at of a mail with more different words: its first ones, and of the others those with the smallest hashes. They are
     * the same in every mail, and nobody outside can choose which.
     */
    static final int MAX_TOKENS = 400;

    private static final int MAX_MARKS = 60;
    /** These many are looked at whatever comes behind them: subject and beginning are what a reader is to see. */
    private static final int FIRST_WORDS = 200;

    private static final int MIN_WORD = 3;
    private static final int MAX_WORD = 24;

    static MailTokens of(MessageHeader header, MessageContent content) {
        Set<String> marks = new LinkedHashSet<>();
        header.from().stream()
                .limit(1)
                .flatMap(from -> from.emailAddress().stream())
                .forEach(from -> sender(from, marks));
        header.field("X-Mailer").or(() -> header.field("User-Agent")).ifPresent(mailer -> {
            List<String> words = MailWords.phrase(mailer);
            if (!words.isEmpty()) {
                marks.add("mailer:" + words.getFirst());
            }
        });
        content.attachments().stream()
                .limit(MAX_MARKS)
                .forEach(attachment -> marks.add("file:" + attachment.contentType()));
        String html = content.html();
        if (html != null) {
            HtmlLook.at(html).hosts().stream().limit(MAX_MARKS).forEach(host -> marks.add("link:" + host));
        }
        Set<String> words = new LinkedHashSet<>();
        words(MailWords.phrase(header.subject()), "subject:", words);
        words(MailWords.phrase(content.text()), "", words);
        return new MailTokens(marks, words);
    }

    private static void sender(EmailAddress from, Set<String> marks) {
        marks.add("from:" + from.canonical());
        marks.add("from:" + from.domain());
    }

    private static void words(List<String> words, String prefix, Set<String> tokens) {
        String before = "";
        for (String word : words) {
            boolean isCharacter = word.codePointCount(0, word.length()) == 1 && word.charAt(0) > 0x7f;
            if (isCharacter && !before.isEmpty()) {
                // Two neighbours are about a word, where words are not written apart.
                tokens.add(prefix + before + word);
            } else if (word.length() >= MIN_WORD && word.length() <= MAX_WORD && !isNumber(word)) {
                tokens.add(prefix + word);
            }
            before = isCharacter ? word : "";
        }
    }

    private static boolean isNumber(String word) {
        return word.chars().allMatch(Character::isDigit);
    }

    /** The hashes of a workspace, at most {@link #MAX_TOKENS}, each with the token that it stands for. */
    Map<Long, String> hashed(WorkspaceId workspace) {
        Map<Long, String> hashes = new LinkedHashMap<>();
        MessageDigest digest = sha256();
        Stream.concat(marks.stream().limit(MAX_MARKS), words.stream().limit(FIRST_WORDS))
                .forEach(token -> hashes.put(hash(digest, workspace, token), token));
        Map<Long, String> further = new TreeMap<>();
        words.stream().skip(FIRST_WORDS).forEach(word -> further.put(hash(digest, workspace, word), word));
        further.entrySet().stream()
                .limit(MAX_TOKENS - hashes.size())
                .forEach(token -> hashes.put(token.getKey(), token.getValue()));
        return hashes;
    }

    private static long hash(MessageDigest digest, WorkspaceId workspace, String token) {
        digest.update(ByteBuffer.allocate(16)
                .putLong(workspace.value().getMostSignificantBits())
                .putLong(workspace.value().getLeastSignificantBits())
                .flip());
        return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
