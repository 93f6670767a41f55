package org.chancery.mailets.authentication.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SlowLaneTest {
    /** With 32 places. */
    private final SlowLane lane = new SlowLane(64);

    @Test
    void names_of_one_organization_get_a_quarter_whoever_sends() {
        for (int i = 0; i < 8; i++) {
            assertTrue(lane.enter("client " + i, "n" + i + ".Evil.example"));
        }
        assertFalse(lane.enter("client 8", "_dmarc.evil.example"));
        assertTrue(lane.enter("client 8", "good.example"));
        lane.leave("client 0", "n0.evil.example");
        assertTrue(lane.enter("client 9", "n9.evil.example"));
    }

    @Test
    void one_clients_network_gets_an_eighth_whatever_it_names() {
        for (int i = 0; i < 4; i++) {
            assertTrue(lane.enter("evil", "dead.evil" + i + ".example"));
        }
        assertFalse(lane.enter("evil", "dead.evil4.example"));
        assertTrue(lane.enter("good", "dead.evil4.example"));
        lane.leave("evil", "dead.evil1.example");
        assertTrue(lane.enter("evil", "dead.evil4.example"));
    }

    @Test
    void those_under_a_public_suffix_are_strangers_to_each_other() {
        for (int i = 0; i < 8; i++) {
            assertTrue(lane.enter("client " + i, "evil.co.uk"));
        }
        assertFalse(lane.enter("client 8", "mail.evil.co.uk"));
        assertTrue(lane.enter("client 8", "good.co.uk"));
    }

    @Test
    void all_together_get_half_of_the_threads() {
        for (int i = 0; i < 32; i++) {
            assertTrue(lane.enter("client " + i, "dead.n" + i + ".example"));
        }
        assertFalse(lane.enter("client 32", "dead.n32.example"));
        for (int i = 0; i < 32; i++) {
            lane.leave("client " + i, "dead.n" + i + ".example");
        }
        assertEquals(0, lane.taken());
        assertTrue(lane.enter("client 32", "dead.n32.example"));
    }

    @Test
    void a_small_lane_has_room_for_one() {
        SlowLane small = new SlowLane(1);
        assertTrue(small.enter("a client", "slow.example"));
        assertFalse(small.enter("another", "other.example"));
    }

    @Test
    void a_name_is_taken_for_no_network() {
        for (int i = 0; i < 4; i++) {
            assertTrue(lane.enter("7f0000", "dead.evil" + i + ".example"));
        }
        assertTrue(lane.enter("another", "7f0000"));
    }
}
