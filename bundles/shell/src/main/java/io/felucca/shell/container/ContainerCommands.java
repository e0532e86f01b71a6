package io.felucca.shell.container;

import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import io.felucca.shell.container.files.CommitCommand;
import io.felucca.shell.container.files.CopyCommand;
import io.felucca.shell.container.files.DiffCommand;
import io.felucca.shell.container.files.ExportCommand;
import io.felucca.shell.registry.ImagePull;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The commands of containers. */
@Component(service = Commands.class)
public final class ContainerCommands implements Commands {

    private final List<NamedFunction> functions;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Registry registry;

    @Activate
    public ContainerCommands(
            @Reference Containers containers, @Reference ContainerArchives archives, @Reference Images images) {
        functions = functions(containers, archives, images, new ImagePull(this::registry), Clock.systemUTC());
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    private Registry registry() {
        Registry there = registry;
        if (there == null) {
            throw ImagePull.noRegistry();
        }
        return there;
    }

    static List<NamedFunction> functions(
            Containers containers, ContainerArchives archives, Images images, ImagePull pulling, Clock clock) {
        Map<String, Maker> both = new LinkedHashMap<>();
        both.put("attach", ShellFunction.of(() -> new AttachCommand(containers), "container attach", "attach"));
        both.put(
                "commit",
                ShellFunction.of(() -> new CommitCommand(containers, archives), "container commit", "commit"));
        both.put("cp", ShellFunction.of(() -> new CopyCommand(containers, archives), "container cp", "cp"));
        both.put(
                "create",
                ShellFunction.of(
                        () -> new ContainerCreateCommand(containers, images, pulling), "container create", "create"));
        both.put("diff", ShellFunction.of(() -> new DiffCommand(containers, archives), "container diff", "diff"));
        both.put("exec", ShellFunction.of(() -> new ExecCommand(containers), "container exec", "exec"));
        both.put(
                "export",
                ShellFunction.of(() -> new ExportCommand(containers, archives), "container export", "export"));
        both.put("kill", ShellFunction.of(() -> new LifeCommands.Kill(containers), "container kill", "kill"));
        both.put("logs", ShellFunction.of(() -> new LogsCommand(containers, clock), "container logs", "logs"));
        both.put("pause", ShellFunction.of(() -> new LifeCommands.Pause(containers), "container pause", "pause"));
        both.put("rename", ShellFunction.of(() -> new LifeCommands.Rename(containers), "container rename", "rename"));
        both.put(
                "restart", ShellFunction.of(() -> new StopCommand.Restart(containers), "container restart", "restart"));
        both.put(
                "rm",
                ShellFunction.of(() -> new LifeCommands.Remove(containers), "container rm", "container remove", "rm"));
        both.put(
                "run",
                ShellFunction.of(() -> new RunCommand(containers, images, pulling), "container run", "run")
                        .prepared());
        both.put("start", ShellFunction.of(() -> new StartCommand(containers), "container start", "start"));
        both.put("stats", ShellFunction.of(() -> new StatsCommand(containers), "container stats", "stats"));
        both.put("stop", ShellFunction.of(() -> new StopCommand.Stop(containers), "container stop", "stop"));
        both.put("top", ShellFunction.of(() -> new TopCommand(containers), "container top", "top"));
        both.put(
                "unpause",
                ShellFunction.of(() -> new LifeCommands.Unpause(containers), "container unpause", "unpause"));
        both.put("update", ShellFunction.of(() -> new UpdateCommand(containers), "container update", "update"));
        both.put("wait", ShellFunction.of(() -> new LifeCommands.Wait(containers), "container wait", "wait"));
        List<NamedFunction> functions = new ArrayList<>();
        CommandGroup group = new CommandGroup("container", "Manage containers");
        both.forEach((name, maker) -> {
            functions.add(maker.named(name));
            group.with(maker, name, name.equals("rm") ? new String[] {"remove"} : new String[0]);
        });
        Maker list = ShellFunction.of(
                () -> new ContainerListCommand(containers, images, clock),
                "container ls",
                "container list",
                "container ps",
                "ps");
        functions.add(list.named("ps"));
        group.with(list, "ls", "list", "ps");
        group.with(ShellFunction.of(() -> new ContainerInspectCommand(containers, images)), "inspect");
        group.with(ShellFunction.of(() -> new ContainerPruneCommand(containers)), "prune");
        functions.add(group);
        return functions;
    }
}
