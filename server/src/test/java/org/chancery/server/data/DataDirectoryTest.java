package org.chancery.server.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.chancery.server.config.ConfigurationError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private Path root;

    @BeforeEach
    void choose(@TempDir Path parent) {
        root = parent.resolve("data");
    }

    @Test
    void a_directory_that_is_made_is_its_owners_alone() throws IOException {
        DataDirectory.take(root).close();
        assertEquals("rwx------", rights(root));
        assertEquals("rwx------", rights(root.resolve("keys")));
    }

    @Test
    void a_directory_that_was_there_keeps_its_rights_and_only_the_keys_are_closed() throws IOException {
        Files.createDirectory(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x---"));
        DataDirectory.take(root).close();
        assertEquals("rwxr-x---", rights(root));
        assertEquals("rwx------", rights(root.resolve("keys")));
    }

    @Test
    void one_server_at_a_time_also_within_one_process() {
        DataDirectory first = DataDirectory.take(root);
        assertTrue(DataDirectory.isInUse(root));
        String text = assertThrows(ConfigurationError.class, () -> DataDirectory.take(root.resolve("../data")))
                .text();
        assertTrue(text.contains("process " + ProcessHandle.current().pid()), text);
        first.close();
        assertFalse(DataDirectory.isInUse(root));
        DataDirectory.take(root).close();
    }

    @Test
    void looking_whether_it_is_in_use_does_not_give_the_lock_back() throws IOException {
        Path locks = Path.of("/proc/locks");
        assumeTrue(Files.isReadable(locks));
        try (DataDirectory taken = DataDirectory.take(root)) {
            String inode = ":" + Files.getAttribute(taken.root().resolve("lock"), "unix:ino") + " ";
            assumeTrue(Files.readString(locks).contains(inode));
            assertTrue(DataDirectory.isInUse(root));
            assertThrows(ConfigurationError.class, () -> DataDirectory.take(root));
            assertTrue(Files.readString(locks).contains(inode), "the system still knows the lock");
        }
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
