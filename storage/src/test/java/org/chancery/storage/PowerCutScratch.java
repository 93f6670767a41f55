package org.chancery.storage;
import java.nio.file.*; import java.util.*; import java.util.concurrent.*; import java.util.concurrent.atomic.*;
import org.chancery.storage.mailbox.JooqTraceRepository; import org.chancery.core.mailbox.TraceRepository.Step; import java.time.*;
class PowerCutScratch { 
 public static void main(String[] a) throws Exception {
  String mode=a[0]; boolean sqlSync=a[1].equals("sql"); int seconds=Integer.parseInt(a[2]); String forceEvery=a[3];
  ForgetfulFilePath.register(); Path dir=Files.createTempDirectory("powercut"); Path file=dir.resolve("db.mv.db");
  var cfg=new DatabaseConfig("jdbc:h2:"+System.getProperty("pre","")+"forgetful:"+dir.resolve("db")+System.getProperty("opts",""),"sa",new DatabaseConfig.Password(""),16);
  Random rnd=new Random(1); int bad=0, lost=0, n=0, tot=0;
  try (var d=Database.open(cfg)) { var tr=new JooqTraceRepository(); AtomicBoolean stop=new AtomicBoolean(); 
   List<Thread> ts=new ArrayList<>(); Queue<UUID> committed=new ConcurrentLinkedQueue<>(); Queue<UUID> promised=new ConcurrentLinkedQueue<>(); AtomicLong forces=new AtomicLong();
   String big="x".repeat(700);
   for(int t=0;t<3;t++) ts.add(Thread.ofPlatform().start(()->{ try { while(!stop.get()) { UUID u=UUID.randomUUID(); d.transactions().run(tx->{ tr.add(tx,u,List.of(new Step(Instant.EPOCH,"r","m","m","v",big,1))); }); committed.add(u); 
       if (ThreadLocalRandom.current().nextInt(3)==0) { UUID v=committed.peek(); if (v!=null) d.transactions().run(tx->tr.replace(tx,v,List.of())); } 
       if (ThreadLocalRandom.current().nextInt(20)==0) Thread.sleep(1);} } catch(Throwable e){ e.printStackTrace(); } }));
   ts.add(Thread.ofPlatform().start(()->{ try { while(!stop.get()) { List<UUID> c=new ArrayList<>(); UUID u; while((u=committed.poll())!=null) c.add(u);
       if (sqlSync) { var ds=pool(d); try(var con=ds.getConnection(); var st=con.createStatement()) { st.execute("CHECKPOINT SYNC"); } } else d.transactions().force(); forces.incrementAndGet();
       promised.addAll(c); if (!forceEvery.equals("0")) Thread.sleep(Long.parseLong(forceEvery)); } } catch(Throwable e){ e.printStackTrace(); } }));
   long end=System.nanoTime()+seconds*1_000_000_000L;
   while(System.nanoTime()<end) { Thread.sleep(rnd.nextInt(200)); List<UUID> p=new ArrayList<>(promised); Path copy=dir.resolve("cut"+n+".mv.db");
     double q=rnd.nextDouble(); ForgetfulFilePath.cutPower(file, copy, i-> mode.equals("none")?false: mode.equals("prefix")? true: rnd.nextDouble()<q); n++; tot=p.size();
     try (var e=Database.open(new DatabaseConfig("jdbc:h2:file:"+dir.resolve("cut"+(n-1)),"sa",new DatabaseConfig.Password(""),2))) {
       Set<UUID> have=new HashSet<>(); try(var con=pool(e).getConnection(); var rs=con.createStatement().executeQuery("select mail_id, steps from mail_trace")) { while(rs.next()) {have.add(rs.getObject(1,UUID.class)); rs.getString(2);} }
       int l=0; for (UUID u:p) if(!have.contains(u)) l++; if(l>0) { lost++; System.out.println("cut "+n+" lost "+l+" of "+p.size()); }
     } catch(Throwable e) { bad++; System.out.println("cut "+n+" broken: "+e+" / "+e.getCause()); }
     Files.deleteIfExists(copy); }
   stop.set(true); for (var t:ts) t.join(); System.out.println("forces "+forces+" promised "+tot+" cuts "+n+" broken "+bad+" lossy "+lost+" file "+Files.size(file));
  } }
 static com.zaxxer.hikari.HikariDataSource pool(Database d) throws Exception { var f=Database.class.getDeclaredField("pool"); f.setAccessible(true); return (com.zaxxer.hikari.HikariDataSource) f.get(d); }
}
