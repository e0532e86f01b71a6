package io.felucca.linux.dm;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Mapped devices of this machine's kernel. Names are of at most 127 bytes. Thread-safe.
 *
 * <p>Errors: NOT_FOUND for a device that is not there, and for what a target says it does not have (ENODATA); CONFLICT for
 * a name in use and a device that is busy; UNSUPPORTED where the kernel has no device mapper; SYSTEM otherwise. Each
 * names the call, the device and errno; the kernel's log has more.
 */
@ProviderType
public interface DeviceMapper {

    /** Whether the kernel has it: its control device can be opened. */
    boolean isAvailable();

    /** The version of the kernel's interface: {@code 4.47.0}. UNSUPPORTED where there is none. */
    String version();

    /** Whether a target's type can be used, its module loaded: {@code thin-pool}. */
    boolean hasTarget(String type);

    Optional<DmDevice> find(String name);

    List<String> names();

    /** Makes a device with a table, ready for use. On failure nothing is left. */
    DmDevice create(String name, String uuid, List<DmTarget> table, boolean readOnly);

    /** Replaces a device's table, holding back what is written meanwhile. */
    void replaceTable(String name, List<DmTarget> table, boolean readOnly);

    /**
     * Removes a device.
     *
     * @param deferred when it is in use: it goes when its last user does
     * @return false when there was none
     */
    boolean remove(String name, boolean deferred);

    /** Takes a deferred removal back: the device stays. Does nothing when it was not to go; NOT_FOUND when it has gone. */
    void keep(String name);

    /** Holds back what is written to a device, when its filesystem has come to rest. */
    void suspend(String name);

    void resume(String name);

    /** Tells the device's target something ({@code create_thin 5}); returns its answer, mostly empty. */
    String message(String name, String message);

    /** The table with what each target reports. */
    List<DmTarget> status(String name);

    List<DmTarget> table(String name);
}
