package io.felucca.containers.life;

import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.spec.HostFacts;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.streams.StreamHub;
import io.felucca.engine.Drivers;
import io.felucca.images.FolderArchives;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.linux.Directories;
import io.felucca.linux.Mounts;
import io.felucca.linux.Poller;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.Networks;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.Volumes;
import java.util.concurrent.ThreadPoolExecutor;

/** What the steps of a container's life work with. */
record Core(
        ContainerFiles files,
        RecordStore store,
        Entries entries,
        Storage storage,
        Images images,
        Layers layers,
        Drivers drivers,
        Directories directories,
        Processes processes,
        Sockets sockets,
        Networks networks,
        Sandboxes sandboxes,
        Namespaces namespaces,
        Poller poller,
        Watches watches,
        FolderWatch changes,
        ThreadPoolExecutor executor,
        HostFacts facts,
        OciSpec specs,
        Settings settings,
        ContainerEvents events,
        Volumes volumes,
        VolumeMounts volumeMounts,
        Mounts kernelMounts,
        ContainerVolumes containerVolumes,
        Staging staging,
        FolderArchives folderArchives) {

    /** From a hierarchy's root, such as {@code /felucca-3f…/<id>}. */
    String cgroupOf(ContainerRecord record) {
        String asked = record.host().cgroupParent();
        String cgroup = (asked == null || asked.isEmpty() ? settings.cgroupParent() : asked) + "/" + record.id();
        return cgroup.startsWith("/") ? cgroup : "/" + cgroup;
    }

    /** Tells the runtime, when it is there, that a container or an exec will want it soon. */
    void expect(String runtime) {
        if (drivers.names(RuntimeDriver.class).contains(runtime)) {
            drivers.<RuntimeDriver, Object>call(RuntimeDriver.class, runtime, driver -> {
                driver.expect();
                return null;
            });
        }
    }

    /** A hub for a process whose input does or does not end with its client. */
    StreamHub hub(String id, boolean inputEnds) {
        return new StreamHub(sockets, poller, executor, inputEnds, id);
    }
}
