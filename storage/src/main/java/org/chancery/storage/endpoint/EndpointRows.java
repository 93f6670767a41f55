package org.chancery.storage.endpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.CategoryAction;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPolicy;
import org.chancery.storage.column.Json;
import org.chancery.storage.jooq.tables.records.EndpointRecord;

/** Endpoints as rows of their table. */
final class EndpointRows {
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXT_BY_TEXT = new TypeReference<>() {};

    private EndpointRows() {}

    static EndpointRecord row(Endpoint endpoint) {
        EndpointRecord row = new EndpointRecord();
        row.setId(endpoint.id().value());
        row.setWorkspaceId(endpoint.workspace().value());
        row.setLocalpart(endpoint.localPart());
        row.setAddress(endpoint.address());
        row.setKind(endpoint.kind().text());
        row.setIsSystem(endpoint.isSystem());
        row.setCreatedAt(endpoint.createdAt());
        row.setUpdatedAt(endpoint.updatedAt());
        row.setIsClosing(false);
        write(endpoint.behaviour(), row);
        return row;
    }

    static void write(Behaviour behaviour, EndpointRecord row) {
        AgentId agent = behaviour.agent();
        row.setPlane(behaviour.plane().text());
        row.setAgentId(agent == null ? null : agent.value());
        row.setAllowEscalation(behaviour.allowEscalation());
        row.setMaxTurnsPerSenderDay(behaviour.maxTurnsPerSenderDay());
        row.setMaxTurnsPerDay(behaviour.maxTurnsPerDay());
        row.setSenderPolicy(behaviour.senderPolicy().text());
        row.setAllowPatterns(Json.write(behaviour.allowPatterns()));
        row.setSpamScoreMax(behaviour.spamScoreMax());
        row.setReplyPolicy(behaviour.replyPolicy().text());
        row.setInstructions(behaviour.instructions());
        row.setDefaultReplyLang(behaviour.defaultReplyLang());
        row.setMissedReplyDays(behaviour.missedReplyDays());
        row.setSendCap(behaviour.sendCapPerDay());
        Map<String, String> categories = new TreeMap<>();
        behaviour.categoryPolicy().forEach((category, action) -> categories.put(category, action.text()));
        row.setCategoryPolicy(Json.write(categories));
        row.setDeliverTo(Json.write(
                behaviour.deliverTo().stream().map(EmailAddress::toString).toList()));
        row.setEnabled(behaviour.enabled());
    }

    static Endpoint endpoint(EndpointRecord row) {
        return new Endpoint(
                new EndpointId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getLocalpart(),
                row.getAddress(),
                constant(Endpoint.Kind.class, row.getKind()),
                row.getIsSystem(),
                behaviour(row),
                row.getCreatedAt(),
                row.getUpdatedAt());
    }

    private static Behaviour behaviour(EndpointRecord row) {
        return new Behaviour(
                new Behaviour.Handler(
                        constant(Endpoint.Plane.class, row.getPlane()),
                        row.getAgentId() == null ? null : new AgentId(row.getAgentId()),
                        row.getAllowEscalation(),
                        row.getMaxTurnsPerSenderDay(),
                        row.getMaxTurnsPerDay()),
                new Behaviour.Admission(
                        constant(SenderPolicy.class, row.getSenderPolicy()),
                        Json.read(row.getAllowPatterns(), TEXTS),
                        row.getSpamScoreMax()),
                new Behaviour.Answers(
                        constant(Endpoint.ReplyPolicy.class, row.getReplyPolicy()),
                        row.getInstructions(),
                        row.getDefaultReplyLang(),
                        new Behaviour.Sending(row.getSendCap(), row.getMissedReplyDays())),
                Json.read(row.getCategoryPolicy(), TEXT_BY_TEXT).entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> constant(CategoryAction.class, entry.getValue()))),
                Json.read(row.getDeliverTo(), TEXTS).stream()
                        .map(EmailAddress::of)
                        .toList(),
                row.getEnabled());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }
}
