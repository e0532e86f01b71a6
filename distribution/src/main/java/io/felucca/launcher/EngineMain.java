package io.felucca.launcher;

import java.nio.file.Path;
import java.security.Security;
import java.util.List;

/** {@code felucca engine …}. {@code bin/felucca} starts it with {@code -Dfelucca.home}, the unpacked distribution. */
public final class EngineMain {

    private EngineMain() {}

    public static void main(String[] args) {
        int code = 0;
        try {
            launch(List.of(args));
        } catch (LaunchException e) {
            System.err.println("felucca engine: " + e.getMessage());
            code = 1;
        }
        System.exit(code);
    }

    private static void launch(List<String> words) {
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(EngineFlags.help());
            return;
        }
        EngineOptions options = EngineOptions.of(words);
        Path home = Path.of(System.getProperty("felucca.home", "."))
                .toAbsolutePath()
                .normalize();
        if (options.on(Option.STOP)) {
            new Background(home, options).stop();
        } else if (options.on(Option.DETACH)) {
            new Background(home, options).detach(words);
        } else {
            // A registry's name that was not found is asked for again at the next pull, and why is not forgotten.
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
            EngineLog.open(options.logLevel());
            LastResort.watch();
            new Engine(home, options).run();
        }
    }
}
