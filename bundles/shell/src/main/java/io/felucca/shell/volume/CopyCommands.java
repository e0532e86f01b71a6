package io.felucca.shell.volume;

import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeCopies;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.Volumes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies of volumes. */
final class CopyCommands {

    private static final int BUFFER_BYTES = 60 * 1024;

    private CopyCommands() {}

    /** {@code volume clone} */
    @Command(customSynopsis = "VOLUME NEW", description = "Create a volume with what another, or a snapshot, holds")
    static final class Clone extends VolumeCommand {

        Clone(Volumes volumes) {
            super(volumes);
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(2);
        }

        @Override
        public int run(ClientSession user) {
            if (volumes.list(Map.of()).stream().anyMatch(volume -> volume.name().equals(words.get(1)))) {
                throw new CommandFailure(1, "volume " + words.get(1) + " is there already: choose another name");
            }
            VolumeSpec spec = new VolumeSpec(words.get(1), "", Map.of("from", words.get(0)), Map.of());
            user.out().println(volumes.create(spec).name());
            return 0;
        }
    }

    /** {@code volume snapshot} */
    @Command(customSynopsis = "VOLUME [SNAPSHOT]", description = "Keep what a volume holds now")
    static final class Snapshot extends VolumeCommand {
        private final VolumeCopies copies;

        Snapshot(Volumes volumes, VolumeCopies copies) {
            super(volumes);
            this.copies = copies;
        }

        @Override
        public Arguments arguments() {
            return Arguments.between(1, 2);
        }

        @Override
        public int run(ClientSession user) {
            String name = words.size() == 2 ? words.get(1) : "";
            user.out().println(copies.snapshot(words.get(0), name).name());
            return 0;
        }
    }

    /** {@code volume snapshots} */
    @Command(customSynopsis = "VOLUME", description = "List a volume's snapshots, oldest first")
    static final class Snapshots extends VolumeCommand {
        private final VolumeCopies copies;

        Snapshots(Volumes volumes, VolumeCopies copies) {
            super(volumes);
            this.copies = copies;
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(1);
        }

        @Override
        public int run(ClientSession user) {
            copies.snapshots(words.get(0)).stream().map(Volume::name).forEach(user.out()::println);
            return 0;
        }
    }

    /** {@code volume export} */
    @Command(
            customSynopsis = "[OPTIONS] VOLUME",
            description = "Export what a volume holds as a tar archive (streamed to STDOUT by default)")
    static final class Export extends VolumeCommand {
        private final VolumeCopies copies;

        @Option(
                names = {"-o", "--output"},
                description = "Write to a file, instead of STDOUT")
        String output = "";

        Export(Volumes volumes, VolumeCopies copies) {
            super(volumes);
            this.copies = copies;
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(1);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            volumes.get(words.get(0));
            return write(user, output, out -> copies.export(words.get(0), out));
        }
    }

    /** {@code volume import} */
    @Command(
            customSynopsis = "[OPTIONS] VOLUME [FILE|-]",
            description = "Unpack a tar archive into a volume, which is made if it is not there")
    static final class Import extends VolumeCommand {
        private final VolumeCopies copies;

        Import(Volumes volumes, VolumeCopies copies) {
            super(volumes);
            this.copies = copies;
        }

        @Override
        public Arguments arguments() {
            return Arguments.between(1, 2);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            String file = words.size() == 2 ? words.get(1) : "-";
            try (InputStream archive = read(user, file)) {
                user.out().println(copies.importInto(words.get(0), archive).name());
            }
            return 0;
        }
    }

    /** Writes an archive. */
    interface Writing {
        void to(OutputStream out);
    }

    /** A file comes to be when it is closed: what fails leaves what was there. */
    static int write(ClientSession user, String file, Writing writing) throws IOException {
        if (file.isEmpty() && user.isTerminal(ClientSession.Stream.OUT)) {
            throw new CommandFailure(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        OutputStream target = file.isEmpty() ? user.out() : user.openWrite(file);
        OutputStream buffered = new BufferedOutputStream(target, BUFFER_BYTES);
        writing.to(buffered);
        buffered.flush();
        if (!file.isEmpty()) {
            target.close();
        } else if (user.out().checkError()) {
            return 1;
        }
        return 0;
    }

    static InputStream read(ClientSession user, String file) throws IOException {
        if (file.equals("-") && user.isTerminal(ClientSession.Stream.IN)) {
            throw new CommandFailure(1, "no archive: name a file, or redirect one to STDIN");
        }
        return file.equals("-") ? user.in() : user.openRead(file);
    }
}
