package io.felucca.containers.mounts;

import static io.felucca.containers.record.ContainerMount.BIND;
import static io.felucca.containers.record.ContainerMount.TMPFS;
import static io.felucca.containers.record.ContainerMount.VOLUME;

import io.felucca.FeluccaException;
import io.felucca.containers.MountSpec;
import io.felucca.containers.record.ContainerMount;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads {@code Binds} and {@code Mounts} with the rules and texts of dockerd 20.10 (volume/mounts, linux_parser). */
final class MountParser {

    private static final String NO_MODE = "";
    private static final String RPRIVATE = "rprivate";

    private final Supplier<String> newName;
    private final Predicate<String> hostHas;

    /**
     * @param newName gives the names of anonymous volumes
     * @param hostHas whether a path is there on the host
     */
    MountParser(Supplier<String> newName, Predicate<String> hostHas) {
        this.newName = newName;
        this.hostHas = hostHas;
    }

    /** {@code SOURCE:TARGET[:MODE]} or a {@code TARGET} alone. @throws FeluccaException INVALID */
    PlannedMount bind(String raw, String volumeDriver) {
        String[] parts = raw.split(":", 4);
        if (parts[0].isEmpty() || parts.length == 4 || parts.length == 2 && VolumeModes.isValid(parts[1])) {
            throw FeluccaException.invalid(invalidSpecification(raw));
        }
        String source = parts.length == 1 ? "" : parts[0];
        String target = parts.length == 1 ? parts[0] : parts[1];
        VolumeModes mode = VolumeModes.of(parts.length == 3 ? parts[2] : NO_MODE);
        boolean isPath = source.startsWith("/");
        boolean volumeOptions = mode.noCopy() || !isPath && !volumeDriver.isEmpty();
        MountSpec spec = new MountSpec(
                isPath ? BIND : VOLUME,
                source,
                target,
                mode.readOnly(),
                "",
                mode.propagation()
                        .map(word -> new MountSpec.Bind(word, false, false, false, false))
                        .orElse(null),
                volumeOptions ? new MountSpec.Volume(mode.noCopy(), null, "", isPath ? "" : volumeDriver, null) : null,
                null);
        try {
            return planned(spec, mode.text(), true);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), invalidSpecification(raw) + ": " + e.getMessage(), e);
        }
    }

    private static String invalidSpecification(String raw) {
        return "invalid volume specification: '" + raw + "'";
    }

    /** @throws FeluccaException INVALID */
    PlannedMount mount(MountSpec spec) {
        return planned(spec, NO_MODE, spec.bind() != null && spec.bind().createMountpoint());
    }

    private PlannedMount planned(MountSpec spec, String mode, boolean makeSource) {
        String problem = problem(spec, makeSource);
        if (!problem.isEmpty()) {
            throw FeluccaException.invalid("invalid mount config for type \"" + spec.type() + "\": " + problem);
        }
        MountSpec.Volume volume = spec.volume();
        boolean isVolume = spec.type().equals(VOLUME);
        boolean isBind = spec.type().equals(BIND);
        boolean anonymous = isVolume && spec.source().isEmpty();
        String propagation = spec.bind() == null || spec.bind().propagation().isEmpty()
                ? RPRIVATE
                : spec.bind().propagation();
        ContainerMount mount = new ContainerMount(
                spec.type(),
                isVolume ? anonymous ? newName.get() : spec.source() : "",
                isBind ? CleanPath.of(spec.source()) : "",
                CleanPath.of(spec.target()),
                mode,
                !spec.readOnly(),
                isBind ? propagation : "",
                anonymous,
                isBind && makeSource,
                isVolume && volume != null ? volume.subpath() : "",
                isBind ? spec.bind() : null,
                spec.type().equals(TMPFS) ? TmpfsOptions.of(spec) : "");
        boolean fills = isVolume
                && (volume == null || !volume.noCopy() && volume.subpath().isEmpty());
        return new PlannedMount(
                mount,
                fills,
                spec.bind() != null && !spec.bind().propagation().isEmpty(),
                volume == null ? "" : volume.driver(),
                volume == null ? Map.of() : volume.options(),
                volume == null ? Map.of() : volume.labels());
    }

    private String problem(MountSpec spec, boolean makeSource) {
        if (spec.target().isEmpty()) {
            return "field Target must not be empty";
        }
        if (CleanPath.of(spec.target()).equals("/")) {
            return "invalid specification: destination can't be '/'";
        }
        if (!spec.target().startsWith("/")) {
            return notAbsolute(spec.target());
        }
        return switch (spec.type()) {
            case BIND -> bindProblem(spec, makeSource);
            case VOLUME -> volumeProblem(spec);
            case TMPFS -> tmpfsProblem(spec);
            default -> "mount type unknown";
        };
    }

    private static String notAbsolute(String path) {
        return "invalid mount path: '" + path + "' mount path must be absolute";
    }

    private String bindProblem(MountSpec spec, boolean makeSource) {
        if (spec.source().isEmpty()) {
            return "field Source must not be empty";
        }
        String propagation = spec.bind() == null ? "" : spec.bind().propagation();
        if (!propagation.isEmpty() && !VolumeModes.PROPAGATION.contains(propagation)) {
            return "invalid propagation mode: " + propagation;
        }
        if (spec.volume() != null) {
            return "field VolumeOptions must not be specified";
        }
        if (!spec.source().startsWith("/")) {
            return notAbsolute(spec.source());
        }
        if (spec.bind() != null && spec.bind().readOnlyForceRecursive() && !spec.readOnly()) {
            return "mount options conflict: ReadOnlyForceRecursive needs ReadOnly";
        }
        if (!makeSource && !hostHas.test(spec.source())) {
            return "bind source path does not exist: " + spec.source();
        }
        return "";
    }

    private static String volumeProblem(MountSpec spec) {
        if (spec.bind() != null) {
            return "field BindOptions must not be specified";
        }
        if (spec.source().isEmpty() && spec.readOnly()) {
            return "must not set ReadOnly mode when using anonymous volumes";
        }
        String subpath = spec.volume() == null ? "" : spec.volume().subpath();
        if (!subpath.isEmpty() && spec.source().isEmpty()) {
            return "must not set Subpath when using anonymous volumes";
        }
        if (subpath.startsWith("/") || ("/" + subpath + "/").contains("/../")) {
            return "subpath must be a relative path within the volume";
        }
        return "";
    }

    private static String tmpfsProblem(MountSpec spec) {
        if (spec.bind() != null) {
            return "field BindOptions must not be specified";
        }
        return spec.source().isEmpty() ? "" : "field Source must not be specified";
    }
}
