package io.felucca.itests.uml;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.images.ThirtyLayers;
import io.felucca.linux.dm.DmTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine on a thin pool, in a kernel without overlay, by its commands; {@link DevicemapperIT} runs it. */
class DevicemapperEngine {

    private static final ThinPools POOLS = new ThinPools("98:32");

    static {
        Program.of("busybox", "rmmod", "overlay").run().requireOk();
    }

    private static final String POOL = POOLS.pool("engine");

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox(
            "--storage-opt", "dm.thinpooldev=/dev/mapper/" + POOL,
            "--storage-opt", "dm.basesize=512m",
            "--storage-opt", "dm.fs=xfs",
            "--storage-opt", "dm.min_free_space=60%",
            "--storage-opt", "dm.mountopt=nodiratime");

    private static long usedBlocks() {
        DmTarget status = POOLS.mapper().status(POOL).get(0);
        return Long.parseLong(status.words()[2].split("/")[0]);
    }

    @Test
    @DisplayName(
            "S91 S95 without overlay and with a pool devicemapper is the default; info shows the pool and no warning")
    void S91_devicemapperIsTheDefault() {
        String info = engine.ok("info");
        assertThat(info)
                .contains("Storage Driver: devicemapper")
                .contains("Pool Name: " + POOL)
                .contains("Pool Blocksize: 65.54kB")
                .contains("Base Device Size: 536.9MB")
                .contains("Backing Filesystem: xfs")
                .contains("Data Space Total: 696.3MB")
                .contains("Metadata Space Total: 16.78MB")
                .contains("Deferred Removal Enabled: true");
        assertThat(info).doesNotContain("loopback");
    }

    /** As seen with the storage driver of dockerd 20.10.24 in this kernel, {@code dm.override_udev_sync_check} set. */
    private static final List<String> DOCKERDS_STATUS = List.of(
            "Pool Name",
            "Pool Blocksize",
            "Base Device Size",
            "Backing Filesystem",
            "Udev Sync Supported",
            "Data Space Used",
            "Data Space Total",
            "Data Space Available",
            "Metadata Space Used",
            "Metadata Space Total",
            "Metadata Space Available",
            "Thin Pool Minimum Free Space",
            "Deferred Removal Enabled",
            "Deferred Deletion Enabled",
            "Deferred Deleted Device Count",
            "Library Version");

    @Test
    @DisplayName("S95 info has dockerd's lines about the pool, in dockerd's order")
    void S95_infoHasDockerdsLines() {
        String status = Program.of(
                        "curl", "-s", "--unix-socket", engine.socket().toString(), "http://engine/v1.41/info")
                .ok();
        List<String> names = new ArrayList<>();
        EngineUnderTest.json(status)
                .path("DriverStatus")
                .forEach(pair -> names.add(pair.get(0).textValue()));
        assertThat(names).isEqualTo(DOCKERDS_STATUS);
    }

    @Test
    @DisplayName("S91 a container runs on a thin device of its own")
    void S91_aContainerRunsOnAThinDevice() {
        String root = engine.runOnce("busybox", "grep", " / ", "/proc/mounts").ok();
        assertThat(root).startsWith("/dev/dm-").contains(" xfs ", "nodiratime");
        // No device stays active for a container that has ended.
        await().until(() -> POOLS.mapper().names().stream().noneMatch(name -> name.startsWith("felucca-")));
    }

    @Test
    @DisplayName("B2 a container's device may be larger than the base, with its filesystem, and not smaller")
    void B2_aContainerMayBeLargerThanTheBase() {
        String large = engine.runDetached("--storage-opt", "size=600m", "busybox", "sleep", "1000");
        String plain = engine.runDetached("busybox", "sleep", "1000");
        assertThat(mebibytes(large)).isBetween(mebibytes(plain) + 80, 600L);
        engine.ok("exec", large, "sh", "-c", "echo 1 > /f");
        assertThat(engine.ok("inspect", "-s", "-f", "{{.SizeRw}}", large)).isEqualTo("2");
        engine.ok("stop", "-t", "0", large);
        assertThat(engine.ok("inspect", "-s", "-f", "{{.SizeRw}}", large)).isEqualTo("2");
        assertThat(engine.fails(1, "storage", "migrate", "--to", "vfs", large))
                .contains(" stays on devicemapper: Filesystem does not support, or has not enabled quotas");
        engine.ok("start", large);
        assertThat(engine.ok("exec", large, "cat", "/f")).isEqualTo("1");
        assertThat(mebibytes(large)).isBetween(mebibytes(plain) + 80, 600L);
        assertThat(engine.fails(1, "create", "--storage-opt", "size=511m", "busybox", "true"))
                .isEqualTo("Error response from daemon: devmapper: Container size cannot be smaller than 536.9MB\n");
    }

    /** What a container's filesystem holds. */
    private static long mebibytes(String container) {
        String line =
                engine.ok("exec", container, "df", "-m", "/").lines().toList().get(1);
        return Long.parseLong(line.strip().split(" +")[1]);
    }

    @Test
    @DisplayName("S34 S29 diff shows what was changed alone, and commit makes an image of it")
    void S34_diffAndCommit() {
        engine.ok(
                "run",
                "--name",
                "changed",
                "--network",
                "none",
                "busybox",
                "sh",
                "-c",
                "echo a > /home/a; rm /etc/group");
        assertThat(engine.ok("diff", "changed").lines())
                .containsExactlyInAnyOrder("C /etc", "D /etc/group", "C /home", "A /home/a");
        engine.ok("commit", "changed", "changed:1");
        assertThat(engine.runOnce("changed:1", "sh", "-c", "cat /home/a; ls /etc/group")
                        .run()
                        .out())
                .isEqualTo("a\n");
        engine.ok("rm", "changed");
        engine.ok("rmi", "changed:1");
    }

    @Test
    @DisplayName("S96 rmi and rm give the pool its blocks back, and so does a file that a container deletes")
    void S96_blocksComeBack() {
        String id = engine.runDetached("busybox", "sleep", "1000");
        long before = usedBlocks();
        engine.ok("exec", id, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=24; sync");
        assertThat(usedBlocks()).isGreaterThan(before + 340);
        engine.ok("exec", id, "sh", "-c", "rm /big; sync");
        await().untilAsserted(() -> assertThat(usedBlocks()).isLessThan(before + 150));
        engine.ok("exec", id, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=24; sync");
        engine.ok("commit", id, "big");
        engine.runOnce("big", "true").ok();
        engine.ok("rm", "-f", id);
        assertThat(usedBlocks()).isGreaterThan(before + 340);
        engine.ok("rmi", "big");
        await().untilAsserted(() -> assertThat(usedBlocks()).isLessThan(before + 100));
    }

    @Test
    @DisplayName("B1 B3 containers go on while the driver is away and when the engine is killed")
    void B3_containersGoOn() {
        String id = engine.runDetached("--name", "lasting", "busybox", "sh", "-c", "echo 1 > /f; sleep 1000");
        engine.ok("driver", "stop", "devicemapper");
        assertThat(engine.ok("exec", id, "cat", "/f")).isEqualTo("1");
        engine.ok("driver", "start", "devicemapper");
        engine.kill();
        engine.start();
        assertThat(engine.status(id)).isEqualTo("running");
        engine.ok("exec", id, "sh", "-c", "echo 2 > /f");
        engine.ok("stop", "-t", "0", id);
        engine.ok("start", id);
        assertThat(engine.ok("exec", id, "cat", "/f")).isEqualTo("1");
        engine.ok("rm", "-f", id);
    }

    @Test
    @DisplayName("S91 B2 an image of 30 layers is run, diffed, committed and exported to the same bytes as on vfs")
    void S91_theSameBytesAsOnVfs() {
        ThirtyLayers.load(engine);
        String onDevices = new ThirtyLayers(engine, "devicemapper").trace();
        assertThat(onDevices).contains("D /data/deleted", "A /data/d7/renamed", "C /data/d13/f13");
        assertThat(new ThirtyLayers(engine, "vfs").trace()).isEqualTo(onDevices);
        engine.ok("rmi", "thirty");
    }

    @Test
    @DisplayName("S8 T21 under --userns-remap a container is root inside and somebody outside, on a thin device")
    void S8_T21_containersHaveIdsOfTheirOwn() throws IOException {
        engine.stop();
        Path ids = Files.writeString(Path.of("/run/felucca-ids"), "felucca-remap:500000:65536\n");
        for (String file : List.of("/etc/subuid", "/etc/subgid")) {
            Program.of("mount", "--bind", ids.toString(), file).run().requireOk();
        }
        try {
            engine.start(List.of("--userns-remap", "felucca-remap"));
            String id = engine.runDetached(
                    "busybox", "sh", "-c", "touch /made; chown 7:8 /made; chmod 600 /made; exec sleep 1000");
            String pid = engine.inspect(id).path("State").path("Pid").asText();
            assertThat(Files.readAllLines(Path.of("/proc", pid, "status")))
                    .contains("Uid:\t500000\t500000\t500000\t500000");
            await().untilAsserted(
                            () -> assertThat(engine.ok("exec", id, "stat", "-c", "%u:%g", "/", "/made", "/bin/busybox"))
                                    .isEqualTo("0:0\n7:8\n0:0"));
            assertThat(engine.ok("exec", id, "grep", " / ", "/proc/mounts")).startsWith("/dev/dm-");
            assertThat(engine.ok("diff", id)).isEqualTo("A /made");
            engine.ok("commit", id, "mapped:1");
            assertThat(engine.runOnce("--userns", "host", "mapped:1", "stat", "-c", "%u:%g:%a", "/made", "/bin/busybox")
                            .ok())
                    .as("what is committed has the ids that the container saw")
                    .isEqualTo("7:8:600\n0:0:755");
            Path mounts = engine.execRoot().resolve("mounts");
            assertThat(Program.of("setpriv", "--reuid", "500000", "--clear-groups", "ls", mounts.toString())
                            .run()
                            .err())
                    .contains("Permission denied");
            engine.ok("rm", "-f", id);
            engine.ok("rmi", "mapped:1");
        } finally {
            engine.stop();
            for (String file : List.of("/etc/subuid", "/etc/subgid")) {
                Program.of("umount", file).run().requireOk();
            }
        }
    }

    @Test
    @DisplayName("S95 a pool that is nearly full takes no new layer, in dockerd's words, and containers go on")
    void S95_aNearlyFullPoolTakesNoNewLayer() {
        String id = engine.runDetached("busybox", "sleep", "1000");
        long before = usedBlocks();
        engine.ok("exec", id, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=280; sync");
        assertThat(engine.runOnce("busybox", "true").run().err())
                .contains("devmapper: Thin Pool has ")
                .contains(
                        " free data blocks which is less than minimum required 6374 free data blocks. Create more free "
                                + "space in thin pool or use dm.min_free_space option to change behavior");
        assertThat(engine.ok("exec", id, "ls", "/big")).isEqualTo("/big");
        engine.ok("rm", "-f", id);
        await().untilAsserted(() -> assertThat(usedBlocks()).isLessThan(before));
        engine.runOnce("busybox", "true").ok();
    }
}
