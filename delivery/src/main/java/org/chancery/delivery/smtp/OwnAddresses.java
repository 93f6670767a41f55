package org.chancery.delivery.smtp;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * The addresses of this machine's network interfaces. Loopback is none of them: it is refused as private, and where an
 * operator allows private addresses, it may well mean another server on this machine.
 */
final class OwnAddresses {
    private OwnAddresses() {}

    static boolean contain(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return false;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            // The names have been compared; a loop that remains ends at the Received count.
            return false;
        }
    }
}
