package io.felucca.itests.uml;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.layers.Owners;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.devicemapper.DevicemapperDriver;
import io.felucca.storage.vfs.VfsDriver;
import io.felucca.testkit.storage.LayerBench;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A snapshot is compared with its parent by inodes and their times of change; on vfs, where all inodes are others, by
 * attributes. {@link DevicemapperIT} runs it.
 */
class DevicemapperDiff {

    private static final Stat.Time TIME = new Stat.Time(1_700_000_000, 123_456_789);
    private static final String[] FILES = {
        "content", "mode", "owner", "xattr", "sparse", "linked", "renamed", "remade", "removed", "same-time", "replaced"
    };

    private static void fill(Directory root) {
        for (String parent : List.of("changed", "untouched")) {
            folder(root, parent, files -> {
                for (String file : FILES) {
                    write(files, file, file);
                    files.setXattr(bytes(file), bytes("user.note"), bytes("1"));
                    files.setTimes(bytes(file), TIME, TIME);
                }
                folder(files, "folder", below -> write(below, "file", "1"));
            });
        }
    }

    private static void change(Directory root) {
        folder(root, "changed", files -> {
            write(files, "content", "other content");
            files.setMode(bytes("mode"), 0600);
            files.setOwner(bytes("owner"), 7, 8);
            files.setXattr(bytes("xattr"), bytes("user.note"), bytes("2"));
            try (OpenFile sparse = files.open(bytes("sparse"), Resolve.NO_SYMLINKS, 2, 0)) {
                sparse.writeAt(ByteBuffer.wrap(bytes("far")), 64 << 20);
            }
            files.makeLink(files, bytes("linked"), bytes("link"));
            files.rename(bytes("renamed"), files, bytes("new-name"));
            files.unlink(bytes("remade"));
            write(files, "remade", "remade");
            files.unlink(bytes("removed"));
            write(files, "same-time", "SAME-TIME");
            files.setTimes(bytes("same-time"), TIME, TIME);
            files.unlink(bytes("replaced"));
            folder(files, "replaced", below -> write(below, "inside", "1"));
            files.removeTree(bytes("folder"));
            folder(files, "folder", below -> write(below, "other", "1"));
        });
    }

    private static List<String> changes(LayerBench bench) {
        List<String> found = new ArrayList<>();
        bench.layer("base", "", DevicemapperDiff::fill);
        bench.store().prepare("top", "base", IdMap.NONE);
        bench.in("top", DevicemapperDiff::change);
        bench.in(
                "top",
                upper -> bench.look(
                        "base",
                        lower -> LayerDiff.changes(Optional.of(lower), upper, Owners.HOST, LayerDiff.Filter.ALL)
                                .toList()
                                .forEach(change -> found.add(change.toString()))));
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @DisplayName("S34 what inodes and their times of change tell of a snapshot is what attributes tell of a copy")
    void S34_inodesTellOfASnapshotWhatAttributesTellOfACopy(String fileSystem) {
        ThinPools pools = new ThinPools("98:32");
        List<String> onDevices;
        try (LayerBench bench = new LayerBench(
                new DevicemapperDriver(
                        new KernelDirectories(), new KernelMounts(), new KernelProcesses(), new KernelDeviceMapper()),
                Map.of("thinpooldev", pools.pool("diff"), "basesize", "400m", "fs", fileSystem))) {
            onDevices = changes(bench);
        } finally {
            pools.remove("diff");
        }
        try (LayerBench copies = new LayerBench(
                new VfsDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas()), Map.of())) {
            assertThat(onDevices).isEqualTo(changes(copies));
        }
        assertThat(onDevices)
                .containsExactly(
                        "C /changed",
                        "C /changed/content",
                        "C /changed/folder",
                        "D /changed/folder/file",
                        "A /changed/folder/other",
                        "A /changed/link",
                        "C /changed/mode",
                        "A /changed/new-name",
                        "C /changed/owner",
                        "C /changed/remade",
                        "D /changed/removed",
                        "D /changed/renamed",
                        "C /changed/replaced",
                        "A /changed/replaced/inside",
                        "C /changed/sparse",
                        "C /changed/xattr");
    }
}
