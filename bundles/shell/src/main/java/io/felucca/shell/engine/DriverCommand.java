package io.felucca.shell.engine;

import io.felucca.engine.DriverBundles;
import io.felucca.engine.DriverBundles.DriverBundle;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code driver ls|install|update|stop|start|uninstall}: bundles that bring drivers, changed while containers run. */
abstract class DriverCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    final DriverBundles bundles;

    private DriverCommand(DriverBundles bundles) {
        this.bundles = bundles;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public List<String> candidates() {
        return bundles.list().stream().map(DriverBundle::symbolicName).toList();
    }

    private static void print(ClientSession user, DriverBundle bundle) {
        user.out().println(bundle.symbolicName() + " " + bundle.version() + " " + bundle.state());
    }

    @CommandLine.Command(customSynopsis = "[OPTIONS]", description = "List bundles that bring drivers")
    static final class Ls extends DriverCommand {

        @Option(names = "--format", description = FormatText.LIST)
        String format = "";

        @Option(
                names = {"-q", "--quiet"},
                arity = "1",
                description = "Only show bundles' names")
        boolean quiet;

        Ls(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public Arguments arguments() {
            return Arguments.NONE;
        }

        @Override
        public int run(ClientSession user) {
            List<Map<String, Object>> lines = new ArrayList<>();
            for (DriverBundle bundle : bundles.list()) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("ID", Long.toString(bundle.id()));
                line.put("Name", bundle.symbolicName());
                line.put("Version", bundle.version());
                line.put("State", bundle.state());
                line.put("Drivers", String.join(",", bundle.drivers()));
                lines.add(line);
            }
            if (quiet) {
                lines.forEach(line -> user.out().println(line.get("Name")));
                return 0;
            }
            Map<String, Object> headers =
                    Map.of("ID", "ID", "Name", "BUNDLE", "Version", "VERSION", "State", "STATE", "Drivers", "DRIVERS");
            FormattedList list =
                    new FormattedList("driver", headers, "{{.ID}}\t{{.Name}}\t{{.Version}}\t{{.State}}\t{{.Drivers}}");
            user.out().print(list.render(format, lines));
            return 0;
        }
    }

    @CommandLine.Command(customSynopsis = "FILE", description = "Install and start a bundle that brings drivers")
    static final class Install extends DriverCommand {

        Install(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            String path = words.get(0);
            try (InputStream jar = user.openRead(path)) {
                print(user, bundles.install(jar, "felucca:" + path.substring(path.lastIndexOf('/') + 1)));
            }
            return 0;
        }
    }

    @CommandLine.Command(customSynopsis = "NAME FILE", description = "Replace a driver's bundle while containers run")
    static final class Update extends DriverCommand {

        Update(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(2);
        }

        @Override
        public int run(ClientSession user) throws IOException {
            try (InputStream jar = user.openRead(words.get(1))) {
                print(user, bundles.update(words.get(0), jar));
            }
            return 0;
        }
    }

    @CommandLine.Command(customSynopsis = "NAME", description = "Stop a driver's bundle")
    static final class Stop extends DriverCommand {

        Stop(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public int run(ClientSession user) {
            print(user, bundles.stop(words.get(0)));
            return 0;
        }
    }

    @CommandLine.Command(customSynopsis = "NAME", description = "Start a driver's bundle")
    static final class Start extends DriverCommand {

        Start(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public int run(ClientSession user) {
            print(user, bundles.start(words.get(0)));
            return 0;
        }
    }

    @CommandLine.Command(customSynopsis = "NAME", description = "Uninstall a driver's bundle")
    static final class Uninstall extends DriverCommand {

        Uninstall(DriverBundles bundles) {
            super(bundles);
        }

        @Override
        public int run(ClientSession user) {
            bundles.uninstall(words.get(0));
            user.out().println(words.get(0));
            return 0;
        }
    }
}
