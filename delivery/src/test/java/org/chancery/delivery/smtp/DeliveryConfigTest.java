package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.chancery.core.queue.DeliveryLedger;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.DeliveryConfig.Sandbox;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.junit.jupiter.api.Test;

class DeliveryConfigTest {

    @Test
    void the_defaults_are_those_of_the_rfc_where_it_has_any() {
        Timeouts timeouts = DeliveryConfig.of(new Sandbox(), "mail.example.com").timeouts();
        assertEquals(Duration.ofMinutes(5), timeouts.command());
        assertEquals(Duration.ofMinutes(3), timeouts.dataBlock());
        assertEquals(Duration.ofMinutes(10), timeouts.finalDot());
        assertEquals(5, DeliveryConfig.of(new Sandbox(), "mail.example.com").addressesPerAttempt());
    }

    @Test
    void mail_exchangers_are_strangers_on_port_25() {
        MailExchangers exchangers = MailExchangers.askedOf(List.of(), host -> false);
        assertEquals(25, exchangers.port());
        assertFalse(exchangers.allowPrivateAddresses());
    }

    @Test
    void an_attempt_ends_long_before_the_lease() {
        Duration second = Duration.ofSeconds(1);
        Duration half = DeliveryLedger.LEASE.dividedBy(2);
        assertThrows(IllegalArgumentException.class, () -> new Timeouts(second, second, second, second, second, half));
        assertTrue(Timeouts.DEFAULT.attempt().compareTo(half) < 0);
    }

    @Test
    void limits_that_mean_nothing_are_refused() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Timeouts(Duration.ZERO, second, second, second, second, second));
        assertThrows(
                IllegalArgumentException.class,
                () -> new DeliveryConfig(new Sandbox(), "mail.example.com", 1, Timeouts.DEFAULT));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MailExchangers(List.of(), Duration.ofSeconds(-1), host -> false, 25, false));
    }

    @Test
    void the_helo_name_is_a_host_name() {
        assertThrows(IllegalArgumentException.class, () -> DeliveryConfig.of(new Sandbox(), "my host"));
    }

    @Test
    void port_465_means_tls_from_the_first_byte() {
        assertTrue(Relay.at(new HostPort("smtp.example.com", 465), null).implicitTls());
        assertFalse(Relay.at(new HostPort("smtp.example.com", 587), null).implicitTls());
    }

    @Test
    void the_password_does_not_show() {
        Relay relay = Relay.at(HostPort.parse("smtp.example.com:587"), new Credentials("me", "geheim"));
        assertFalse(DeliveryConfig.of(relay, "mail.example.com").toString().contains("geheim"));
    }

    @Test
    void a_user_comes_with_a_password() {
        assertThrows(IllegalArgumentException.class, () -> new Credentials("me", ""));
        assertThrows(IllegalArgumentException.class, () -> new Credentials("", "geheim"));
    }
}
