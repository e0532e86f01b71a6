package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of containers. */
@Component(
        immediate = true,
        service = {})
public final class ContainerCommands {

    private final Registrations registrations;

    @Activate
    public ContainerCommands(BundleContext context, @Reference Containers containers, @Reference Images images) {
        registrations = new Registrations(context, functions(containers, images));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Containers containers, Images images) {
        Map<String, Maker> both = new LinkedHashMap<>();
        both.put("create", ShellFunction.of(() -> new CreateCommand(containers)));
        both.put("run", ShellFunction.of(() -> new RunCommand(containers)));
        List<NamedFunction> functions = new ArrayList<>();
        CommandGroup group = new CommandGroup("container", "Manage containers");
        both.forEach((name, maker) -> {
            functions.add(maker.named(name));
            group.with(maker, name);
        });
        functions.add(group);
        return functions;
    }
}
