package io.felucca.shell.remote;

import io.felucca.engine.UpgradeHandler;
import io.felucca.shell.gogo.GogoCommands;
import io.felucca.shell.gogo.ServiceFunctions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.threadio.ThreadIO;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The way in for the {@code felucca} program: each connection carries one command, found among the Gogo commands of the
 * scope {@code felucca}. It needs of the platform no more than Gogo's {@link CommandProcessor}, which Karaf has too. The
 * command runs on the connection's own thread, a second one reads what the client sends.
 */
@Component(property = UpgradeHandler.NAME + "=command")
public final class CommandServer implements UpgradeHandler {

    private final GogoCommands commands;

    @Activate
    public CommandServer(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    ThreadIO threadIo) {
        this(new GogoCommands(processor, threadIo, new ServiceFunctions(context)));
    }

    CommandServer(GogoCommands commands) {
        this.commands = commands;
    }

    @Override
    public void serve(InputStream in, OutputStream out, Peer peer) throws IOException {
        FrameReader reader = new FrameReader(in);
        FrameWriter writer = new FrameWriter(out);
        Start start = Start.parse(reader.next().orElseThrow(() -> new IOException("the client sent no command")));
        ClientConnection connection = new ClientConnection(start, writer);
        Thread readerThread = new Thread(() -> connection.read(reader), "felucca-command");
        readerThread.setDaemon(true);
        readerThread.start();
        int code = commands.run(start.words(), connection);
        if (!connection.isGone()) {
            connection.exit(code);
        }
        Thread.interrupted(); // a command whose user left may have been woken so: the thread is the caller's again
    }
}
