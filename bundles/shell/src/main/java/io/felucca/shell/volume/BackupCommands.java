package io.felucca.shell.volume;

import io.felucca.containers.ContainerArchives;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.VolumeCopies;
import io.felucca.volumes.Volumes;
import java.io.IOException;
import java.io.InputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The notes' backup and restore as one command each, and restoring a snapshot. */
final class BackupCommands {

    private BackupCommands() {}

    /** {@code volume backup} */
    @Command(
            customSynopsis = "[OPTIONS] CONTAINER",
            description = "Write all volumes of a container to a tar archive (streamed to STDOUT by default)")
    static final class Backup extends VolumeCommand {
        private final ContainerArchives archives;

        @Option(
                names = {"-o", "--output"},
                description = "Write to a file, instead of STDOUT")
        String output = "";

        Backup(Volumes volumes, ContainerArchives archives) {
            super(volumes);
            this.archives = archives;
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(1);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            return CopyCommands.write(user, output, out -> archives.backup(words.get(0), out));
        }
    }

    /** {@code volume restore} */
    @Command(
            customSynopsis = {"VOLUME SNAPSHOT", "-i FILE CONTAINER"},
            description = "Give a volume what one of its snapshots holds, or a container's volumes what a backup holds")
    static final class Restore extends VolumeCommand {
        private final VolumeCopies copies;
        private final ContainerArchives archives;

        @Option(
                names = {"-i", "--input"},
                description = "Restore a container's volumes from this backup; - for STDIN")
        String input = "";

        Restore(Volumes volumes, VolumeCopies copies, ContainerArchives archives) {
            super(volumes);
            this.copies = copies;
            this.archives = archives;
        }

        @Override
        public Arguments arguments() {
            return Arguments.between(1, 2);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            if (input.isEmpty() == (words.size() == 1)) {
                throw new CommandFailure(
                        1, "name a volume and its snapshot, or a backup with -i and a container, and no more");
            }
            if (input.isEmpty()) {
                copies.restore(words.get(0), words.get(1));
            } else {
                try (InputStream archive = CopyCommands.read(user, input)) {
                    archives.copyIn(words.get(0), "/", archive, false, false);
                }
            }
            user.out().println(words.get(0));
            return 0;
        }
    }
}
