package org.chancery.storage;

import org.chancery.storage.h2.*;
import org.chancery.testkit.database.TestDatabase;

class OpenRun {
    public static void main(String[] a) throws Exception {
        long t = System.nanoTime();
        var os = (com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        long c = os.getProcessCpuTime();
        System.out.printf("jvm cpu so far %d ms%n", c / 1_000_000);
        var cfg = JooqStore.config(new TestDatabase("jdbc:h2:file:" + a[0], "sa", ""));
        if (a.length > 1) {
            var con = java.sql.DriverManager.getConnection(H2Url.complete(cfg.url()), "sa", "");
            System.out.printf(
                    "h2 open wall %d cpu %d%n",
                    (System.nanoTime() - t) / 1000000, (os.getProcessCpuTime() - c) / 1000000);
            new Migrations(cfg, H2Url.complete(cfg.url())).run();
            System.out.printf(
                    "+flyway wall %d cpu %d%n",
                    (System.nanoTime() - t) / 1000000, (os.getProcessCpuTime() - c) / 1000000);
        }
        try (var d = Database.open(cfg)) {
            System.out.printf(
                    "open wall %d ms cpu %d ms%n",
                    (System.nanoTime() - t) / 1_000_000, (os.getProcessCpuTime() - c) / 1_000_000);
            d.transactions()
                    .in(tx -> new org.chancery.storage.access.JooqAccessRepository()
                            .workspaces(tx)
                            .size());
            System.out.printf(
                    "first query wall %d ms cpu %d ms%n",
                    (System.nanoTime() - t) / 1_000_000, (os.getProcessCpuTime() - c) / 1_000_000);
        }
        System.out.printf("closed %d%n", (System.nanoTime() - t) / 1_000_000);
    }
}
