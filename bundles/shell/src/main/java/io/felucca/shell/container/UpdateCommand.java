package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.EachName;
import io.felucca.shell.container.options.DeviceOptions;
import io.felucca.shell.container.options.LimitOptions;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.container.options.SpecWords;
import io.felucca.shell.user.ClientSession;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code update}: changes what can be changed while a container runs; {@code --device} is Felucca's own. */
@Command(
        customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]",
        description = "Update configuration of one or more containers")
final class UpdateCommand extends NamesCommand {

    @Mixin
    LimitOptions limits = new LimitOptions();

    @Option(names = "--restart", description = "Restart policy to apply when a container exits")
    String restart;

    UpdateCommand(Containers containers) {
        super(containers);
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        Resources resources = limits.with(new DeviceOptions());
        RestartPolicy policy = restart == null ? null : SpecWords.restartPolicy(restart);
        if (policy == null && resources.equals(new LimitOptions().with(new DeviceOptions()))) {
            throw new CommandFailure(1, "you must provide one or more flags when using this command");
        }
        Queue<String> warnings = new ConcurrentLinkedQueue<>();
        int code = EachName.run(names, user, name -> {
            List<String> told = containers.update(name, resources, policy);
            warnings.addAll(told);
            return name;
        });
        warnings.forEach(user.out()::println);
        return code;
    }
}
