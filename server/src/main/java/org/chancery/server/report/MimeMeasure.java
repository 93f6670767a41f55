package org.chancery.server.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;

/**
 * Reading of MIME: {@code subject}, {@code from} and {@code attachments} (name and type, in order) where the item has them. A
 * replacement character in what is expected stands for any one: who wrote it down could not decode the mail there.
 */
final class MimeMeasure implements Measure {

    @Override
    public void take(Item item, Tally tally) throws IOException {
        byte[] octets = item.octets();
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(octets));
        MessageContent content = MessageReader.content(new ByteArrayInputStream(octets));
        tally.expect("subject", "from", "attachments");
        if (item.has("subject")) {
            tally.count(
                    "subject",
                    item,
                    same(header.subject(), item.text("subject").orElse("").strip()));
        }
        if (item.has("from")) {
            List<String> from = header.from().stream().map(Mailbox::address).toList();
            tally.count("from", item, from.equals(item.texts("from")));
        }
        if (item.has("attachments")) {
            List<String> found = content.attachments().stream()
                    .map(file -> file.filename() + " " + file.contentType())
                    .toList();
            tally.count("attachments", item, same(found, files(item.record().path("attachments"))));
        }
    }

    private static boolean same(List<String> found, List<String> expected) {
        boolean same = found.size() == expected.size();
        for (int i = 0; same && i < found.size(); i++) {
            same = same(found.get(i), expected.get(i));
        }
        return same;
    }

    private static boolean same(String found, String expected) {
        if (found.length() != expected.length()) {
            return false;
        }
        for (int i = 0; i < found.length(); i++) {
            if (found.charAt(i) != expected.charAt(i) && expected.charAt(i) != '\ufffd') {
                return false;
            }
        }
        return true;
    }

    private static List<String> files(JsonNode attachments) {
        List<String> files = new ArrayList<>();
        for (JsonNode file : attachments) {
            String name = file.path("filename").isNull()
                    ? "null"
                    : file.path("filename").asText("null");
            files.add(name + " " + file.path("type").asText());
        }
        return files;
    }
}
