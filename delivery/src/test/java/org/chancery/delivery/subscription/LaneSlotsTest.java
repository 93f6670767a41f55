package org.chancery.delivery.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.core.subscription.Subscriber;
import org.junit.jupiter.api.Test;

class LaneSlotsTest {
    private final LaneSlots slots = new LaneSlots(new SubscriptionRunner.Limits(5, 2));

    private static Lane lane(String destination) {
        return new Lane(
                UUID.randomUUID(),
                new WorkspaceId(UUID.randomUUID()),
                new Subscriber(Subscriber.Kind.WEBHOOK, UUID.randomUUID()),
                destination);
    }

    @Test
    void a_lane_that_is_claimed_again_before_its_slot_is_free_is_begun_by_whoever_frees_it() throws Exception {
        Lane lane = lane("a");
        assertTrue(slots.take(lane));
        assertFalse(slots.take(lane), "one attempt at a time");

        assertEquals(Optional.of(lane), slots.free(lane));
        assertEquals(1, slots.awaitEmpty(Duration.ZERO), "its slot was handed over");
        assertEquals(Optional.empty(), slots.free(lane));
        assertEquals(0, slots.awaitEmpty(Duration.ZERO));
        assertEquals(new LaneSlots.Room(2, Set.of()), slots.room());
    }

    @Test
    void a_destination_has_so_many_slots_and_leaves_the_others_theirs() {
        Lane first = lane("a");
        slots.take(first);
        assertEquals(new LaneSlots.Room(1, Set.of()), slots.room(), "all that is claimed may be for the busiest");
        slots.take(lane("a"));
        assertEquals(new LaneSlots.Room(2, Set.of("a")), slots.room());
        slots.take(lane("b"));
        slots.take(lane("b"));
        assertEquals(new LaneSlots.Room(1, Set.of("a", "b")), slots.room(), "of five in all");
        slots.free(first);
        assertEquals(new LaneSlots.Room(1, Set.of("b")), slots.room());
    }

    @Test
    void it_remembers_that_it_rang_and_for_whom_until_somebody_looks() throws Exception {
        WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
        slots.ring(workspace);
        slots.awaitRing(Duration.ofHours(1));
        assertEquals(Set.of(workspace), slots.rungFor());
        assertEquals(Set.of(), slots.rungFor());
        slots.awaitRing(Duration.ZERO);
        Lane lane = lane("a");
        slots.take(lane);
        slots.free(lane);
        slots.awaitRing(Duration.ofHours(1));
    }
}
