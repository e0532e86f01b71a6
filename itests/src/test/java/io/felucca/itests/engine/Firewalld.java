package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real firewalld of a network namespace, with settings and a message bus of its own: the machine's is not touched. */
public final class Firewalld implements AutoCloseable {

    /** Everybody may do anything: nobody else knows of it. */
    private static final String BUS = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
                <allow user="*"/>
              </policy>
            </busconfig>
            """;

    private final Path folder;
    private final Program.Running bus;
    private final Program.Running daemon;

    private Firewalld(Path folder, Program.Running bus, Program.Running daemon) {
        this.folder = folder;
        this.bus = bus;
        this.daemon = daemon;
    }

    /** @param zone that all interfaces are in: {@code drop} drops what comes in, and forwards nothing */
    public static Firewalld startIn(Path networkNamespace, String zone) {
        try {
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "flw");
            Path settings = folder.resolve("settings");
            for (String kind : List.of("zones", "services", "icmptypes", "ipsets", "helpers", "policies")) {
                Files.createDirectories(settings.resolve(kind));
            }
            Files.writeString(
                    settings.resolve("firewalld.conf"), "DefaultZone=" + zone + "\nFirewallBackend=nftables\n");
            Files.writeString(folder.resolve("bus.conf"), BUS.formatted(folder.resolve("bus")));
            Program.Running bus = Program.of(
                            "dbus-daemon", "--nofork", "--nopidfile", "--config-file=" + folder.resolve("bus.conf"))
                    .start();
            EngineUnderTest.await().until(() -> Files.exists(folder.resolve("bus")));
            Program.Running daemon = onBus(
                            folder,
                            "nsenter",
                            "--net=" + networkNamespace,
                            "firewalld",
                            "--nofork",
                            "--nopid",
                            "--log-target",
                            "console",
                            "--system-config",
                            settings.toString())
                    .start();
            Firewalld firewall = new Firewalld(folder, bus, daemon);
            EngineUnderTest.await()
                    .until(() -> onBus(folder, "firewall-cmd", "--state").run().exit() == 0);
            return firewall;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Program onBus(Path folder, String... words) {
        return Program.of(words).env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + folder.resolve("bus"));
    }

    /** {@code firewall-cmd}, which must succeed. */
    public String command(String... words) {
        List<String> all = new ArrayList<>(List.of("firewall-cmd"));
        all.addAll(List.of(words));
        return onBus(folder, all.toArray(String[]::new)).ok();
    }

    /** Ends it; its table goes with it. */
    @Override
    public void close() {
        daemon.signal("TERM");
        daemon.finish();
        bus.signal("TERM");
        bus.finish();
        Rootfs.delete(folder);
    }
}
