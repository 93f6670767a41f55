package org.chancery.storage;

import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.storage.mailbox.JooqTraceRepository;

class PowerCutScratch {
    public static void main(String[] a) throws Exception {
        String mode = a[0];
        boolean sqlSync = a[1].equals("sql");
        int seconds = Integer.parseInt(a[2]);
        long forceEvery = Long.parseLong(a[3]);
        ForgetfulFilePath.register();
        Path dir = Files.createTempDirectory("powercut");
        Path file = dir.resolve("db.mv.db");
        var cfg = new DatabaseConfig(
                "jdbc:h2:" + System.getProperty("pre", "") + "forgetful:" + dir.resolve("db")
                        + System.getProperty("opts", ""),
                "sa",
                new DatabaseConfig.Password(""),
                16);
        Random rnd = new Random(1);
        int bad = 0, lost = 0, n = 0;
        int K = 3000;
        try (var d = Database.open(cfg)) {
            var tr = new JooqTraceRepository();
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> ts = new ArrayList<>();
            AtomicLongArray committed = new AtomicLongArray(K), promised = new AtomicLongArray(K);
            AtomicLong forces = new AtomicLong(), txs = new AtomicLong();
            String big = "x".repeat(700);
            for (int t = 0; t < 3; t++) {
                int tt = t;
                ts.add(Thread.ofPlatform().start(() -> {
                    try {
                        while (!stop.get()) {
                            int k = ThreadLocalRandom.current().nextInt(K / 3) * 3 + tt;
                            long v = committed.get(k) + 1;
                            d.transactions().run(tx -> {
                                tr.replace(
                                        tx,
                                        new UUID(7, k),
                                        List.of(new Step(Instant.EPOCH, "r", "m", "m", "v", big, v)));
                            });
                            committed.set(k, v);
                            txs.incrementAndGet();
                            Thread.sleep(0, 500_000);
                        }
                    } catch (Throwable e) {
                        e.printStackTrace();
                    }
                }));
            }
            ts.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!stop.get()) {
                        long[] c = new long[K];
                        for (int i = 0; i < K; i++) c[i] = committed.get(i);
                        if (sqlSync) {
                            var ds = pool(d);
                            try (var con = ds.getConnection();
                                    var st = con.createStatement()) {
                                st.execute("CHECKPOINT SYNC");
                            }
                        } else d.transactions().force();
                        forces.incrementAndGet();
                        for (int i = 0; i < K; i++) promised.set(i, c[i]);
                        Thread.sleep(forceEvery);
                    }
                } catch (Throwable e) {
                    e.printStackTrace();
                }
            }));
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() < end) {
                Thread.sleep(rnd.nextInt(200));
                long[] p = new long[K];
                for (int i = 0; i < K; i++) p[i] = promised.get(i);
                Path copy = dir.resolve("cut" + n + ".mv.db");
                double q = rnd.nextDouble();
                ForgetfulFilePath.cutPower(
                        file,
                        copy,
                        i -> mode.equals("none") ? false : mode.equals("prefix") ? true : rnd.nextDouble() < q);
                n++;
                Path keep = dir.resolve("keep.mv.db");
                Files.copy(copy, keep, StandardCopyOption.REPLACE_EXISTING);
                try (var e = Database.open(new DatabaseConfig(
                        "jdbc:h2:file:" + dir.resolve("cut" + (n - 1)), "sa", new DatabaseConfig.Password(""), 2))) {
                    long[] h = new long[K];
                    e.transactions().run(tx -> {
                        for (int i = 0; i < K; i++) {
                            int ii = i;
                            tr.find(tx, new UUID(7, i))
                                    .ifPresent(s -> h[ii] = s.getFirst().micros());
                        }
                    });
                    int l = 0;
                    long md = 0;
                    for (int i = 0; i < K; i++)
                        if (h[i] < p[i]) {
                            l++;
                            md = Math.max(md, p[i] - h[i]);
                        }
                    if (l > 0) {
                        lost++;
                        System.out.println("cut " + n + " lost " + l + " maxdelta " + md);
                        Files.copy(keep, dir.resolve("lost" + n + ".mv.db"), StandardCopyOption.REPLACE_EXISTING);
                    }
                } catch (Throwable e) {
                    bad++;
                    System.out.println("cut " + n + " broken: " + e + " / " + e.getCause());
                }
                Files.deleteIfExists(copy);
            }
            stop.set(true);
            for (var t : ts) t.join();
            System.out.println("txs " + txs + " forces " + forces + " cuts " + n + " broken " + bad + " lossy " + lost
                    + " file " + Files.size(file));
        }
    }

    static com.zaxxer.hikari.HikariDataSource pool(Database d) throws Exception {
        var f = Database.class.getDeclaredField("pool");
        f.setAccessible(true);
        return (com.zaxxer.hikari.HikariDataSource) f.get(d);
    }
}
