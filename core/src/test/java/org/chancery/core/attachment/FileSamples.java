package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as strangers attach them, built octet by octet. */
final class FileSamples {
    static final byte[] SHELL = text("#!/bin/sh\nrm -rf \"$HOME\"\n");
    static final byte[] BATCH = text("@echo off\r\nstart calc.exe\r\n");
    static final byte[] JSCRIPT = text("var s = new ActiveXObject(\"WScript.Shell\");\r\ns.Run(\"calc.exe\", 0);\r\n");
    static final byte[] NOTES = text("Agenda for Monday:\n1. Budget\n2. Anything else\n".repeat(20));

    /** Stands for a storage among the streams of a compound file. */
    static final byte[] STORAGE = new byte[0];

    private FileSamples() {}

    static byte[] text(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    static byte[] padded(byte[] octets, int length) {
        return Arrays.copyOf(octets, length);
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    /** MS-DOS stub and PE signature. */
    static byte[] windowsProgram() {
        ByteBuffer out = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        out.put(text("MZ")).putInt(0x3c, 0x80).position(0x80);
        out.put(text("PE\0\0"));
        return out.array();
    }

    /** Entries in the order given: name, content, name, content. */
    static byte[] zip(Object... namesAndContents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
                zip.write((byte[]) namesAndContents[i + 1]);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] deflate(byte[] content, boolean wrapped) {
        Deflater deflater = new Deflater(9, !wrapped);
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** One stored entry whose two headers are written as told. */
    static byte[] rawZip(String localName, String centralName, int flags, int method, byte[] data, long claimedSize) {
        ByteBuffer out = ByteBuffer.allocate(200 + localName.length() + centralName.length() + data.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x04034b50).putShort((short) 20).putShort((short) flags).putShort((short) method);
        out.putInt(0).putInt(0).putInt(data.length).putInt((int) claimedSize);
        out.putShort((short) localName.length())
                .putShort((short) 0)
                .put(text(localName))
                .put(data);
        int directory = out.position();
        centralHeader(out, centralName, flags, method, data.length, claimedSize, 0);
        end(out, directory, 1);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Entries that all point to one and the same data. */
    static byte[] overlappingZip(int entries, byte[] data) {
        ByteBuffer out = ByteBuffer.allocate(200 + 80 * entries + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x04034b50).putShort((short) 20).putShort((short) 0).putShort((short) 8);
        out.putInt(0).putInt(0).putInt(data.length).putInt(data.length);
        out.putShort((short) 5).putShort((short) 0).put(text("a.txt")).put(data);
        int directory = out.position();
        for (int i = 0; i < entries; i++) {
            centralHeader(out, "a.txt", 0, 8, data.length, data.length, 0);
        }
        end(out, directory, entries);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void centralHeader(
            ByteBuffer out, String name, int flags, int method, long packed, long size, int headerAt) {
        out.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) flags);
        out.putShort((short) method).putInt(0).putInt(0).putInt((int) packed).putInt((int) size);
        out.putShort((short) name.length())
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0);
        out.putShort((short) 0).putInt(0).putInt(headerAt).put(text(name));
    }

    private static void end(ByteBuffer out, int directory, int entries) {
        int size = out.position() - directory;
        out.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort((short) entries);
        out.putShort((short) entries).putInt(size).putInt(directory).putShort((short) 0);
    }

    /** A tar archive of V7 with one file. */
    static byte[] tar(String name, byte[] content) {
        byte[] header = new byte[512];
        System.arraycopy(text(name), 0, header, 0, name.length());
        System.arraycopy(text("0000644\0"), 0, header, 100, 8);
        System.arraycopy(text(String.format("%011o\0", content.length)), 0, header, 124, 12);
        System.arraycopy(text("        "), 0, header, 148, 8);
        header[156] = '0';
        int sum = 0;
        for (byte octet : header) {
            sum += octet & 0xff;
        }
        System.arraycopy(text(String.format("%06o\0 ", sum)), 0, header, 148, 8);
        return join(header, padded(content, (content.length + 511) / 512 * 512), new byte[1024]);
    }

    /** A compound file of version 3 with these streams, and storages where the content is {@link #STORAGE}; all in regular sectors. */
    static byte[] compound(String rootClassId, Object... namesAndContents) {
        Map<String, byte[]> streams = new LinkedHashMap<>();
        List<String> storages = new ArrayList<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            if (namesAndContents[i + 1] == STORAGE) {
                storages.add((String) namesAndContents[i]);
            } else {
                // Not below the size from which on streams have sectors of their own.
                byte[] content = (byte[]) namesAndContents[i + 1];
                streams.put((String) namesAndContents[i], padded(content, Math.max(4_096, content.length)));
            }
        }
        int directorySectors = (streams.size() + storages.size() + 1 + 3) / 4;
        List<Integer> fat = new ArrayList<>(List.of(0xfffffffd));
        chain(fat, directorySectors);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuffer directory = ByteBuffer.allocate(directorySectors * 512).order(ByteOrder.LITTLE_ENDIAN);
        directoryEntry(directory, "Root Entry", 5, rootClassId, 0xfffffffe, 0);
        storages.forEach(name -> directoryEntry(directory, name, 1, "", 0, 0));
        streams.forEach((name, content) -> {
            int start = fat.size();
            int sectors = (content.length + 511) / 512;
            chain(fat, sectors);
            data.writeBytes(padded(content, sectors * 512));
            directoryEntry(directory, name, 2, "", start, content.length);
        });
        ByteBuffer header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        header.put(text("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1")).position(24);
        header.putShort((short) 0x3e)
                .putShort((short) 3)
                .putShort((short) 0xfffe)
                .putShort((short) 9)
                .putShort((short) 6);
        header.putInt(44, 1)
                .putInt(48, 1)
                .putInt(56, 4096)
                .putInt(60, 0xfffffffe)
                .putInt(68, 0xfffffffe);
        for (int i = 0; i < 109; i++) {
            header.putInt(76 + 4 * i, i == 0 ? 0 : 0xffffffff);
        }
        ByteBuffer fatSector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 128; i++) {
            fatSector.putInt(i < fat.size() ? fat.get(i) : 0xffffffff);
        }
        return join(header.array(), fatSector.array(), directory.array(), data.toByteArray());
    }

    private static void chain(List<Integer> fat, int sectors) {
        for (int i = 0; i < sectors; i++) {
            fat.add(i + 1 < sectors ? fat.size() + 1 : 0xfffffffe);
        }
    }

    private static void directoryEntry(ByteBuffer out, String name, int type, String classId, int start, int size) {
        int at = out.position();
        out.put(name.getBytes(StandardCharsets.UTF_16LE)).position(at + 64);
        out.putShort((short) (2 * name.length() + 2)).put((byte) type).put((byte) 1);
        out.position(at + 80);
        out.put(text(classId)).position(at + 116);
        out.putInt(start).putLong(size);
    }

    static byte[] pdf(String... objects) {
        StringBuilder out = new StringBuilder("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
        for (int i = 0; i < objects.length; i++) {
            out.append(i + 1).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
        }
        return text(out + "trailer << /Root 1 0 R >>\n%%EOF\n");
    }

    static String stream(String dictionary, byte[] content) {
        byte[] packed = deflate(content, true);
        return "<< " + dictionary + " /Filter /FlateDecode /Length " + packed.length + " >>\nstream\r\n"
                + new String(packed, StandardCharsets.ISO_8859_1) + "\r\nendstream";
    }

    static String hex(byte[] octets) {
        StringBuilder out = new StringBuilder();
        for (byte octet : octets) {
            out.append(String.format("%02x", octet & 0xff));
        }
        return out.toString();
    }
}
