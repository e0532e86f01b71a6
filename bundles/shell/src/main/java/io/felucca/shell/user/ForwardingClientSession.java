package io.felucca.shell.user;

import io.felucca.builder.Builder.SshAgent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;

/** A user side that is another's but for what a subclass overrides. */
abstract class ForwardingClientSession implements ClientSession {

    /** Whose side it is. */
    final ClientSession user;

    ForwardingClientSession(ClientSession user) {
        this.user = user;
    }

    @Override
    public InputStream in() {
        return user.in();
    }

    @Override
    public PrintStream out() {
        return user.out();
    }

    @Override
    public PrintStream err() {
        return user.err();
    }

    @Override
    public boolean isTerminal(Stream stream) {
        return user.isTerminal(stream);
    }

    @Override
    public Size size() {
        return user.size();
    }

    @Override
    public String terminalType() {
        return user.terminalType();
    }

    @Override
    public String directory() {
        return user.directory();
    }

    @Override
    public Optional<String> variable(String name) {
        return user.variable(name);
    }

    @Override
    public Ending onResize(Consumer<Size> handler) {
        return user.onResize(handler);
    }

    @Override
    public Ending onSignal(Consumer<String> handler) {
        return user.onSignal(handler);
    }

    @Override
    public Ending onGone(Runnable action) {
        return user.onGone(action);
    }

    @Override
    public Ending rawMode() {
        return user.rawMode();
    }

    @Override
    public InputStream openRead(String path) throws IOException {
        return user.openRead(path);
    }

    @Override
    public OutputStream openWrite(String path) throws IOException {
        return user.openWrite(path);
    }

    @Override
    public UserTree openTree(String path, boolean followLink) throws IOException {
        return user.openTree(path, followLink);
    }

    @Override
    public UserTree makeTree(String path) throws IOException {
        return user.makeTree(path);
    }

    @Override
    public SshAgent openAgent(String sources) throws IOException {
        return user.openAgent(sources);
    }

    @Override
    public UserLogins logins() {
        return user.logins();
    }
}
