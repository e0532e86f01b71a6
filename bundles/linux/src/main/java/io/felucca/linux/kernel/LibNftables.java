package io.felucca.linux.kernel;

import com.kenai.jffi.Library;
import io.felucca.FeluccaException;
import io.felucca.linux.Fd;
import io.felucca.linux.net.Nftables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.service.component.annotations.Component;

/** libnftables 1 (libnftables(3)), loaded at first use. A context is one thread's at a time; the kernel commits one at a time too. */
@Component
public final class LibNftables implements Nftables {

    private static final int GROUP_NFTABLES = 1 << 7 - 1;
    /** NFNL_SUBSYS_NFTABLES and NFT_MSG_DELTABLE, NEWCHAIN, DELCHAIN (linux/netfilter/nf_tables.h). */
    private static final int TABLE_REMOVED = 10 << 8 | 2;

    private static final int CHAIN_MADE = 10 << 8 | 3;
    private static final int CHAIN_REMOVED = 10 << 8 | 5;
    /** The low bytes of NFT_MSG_NEWSETELEM and DELSETELEM. */
    private static final int ELEMENT_MADE = 12;

    private static final int ELEMENT_REMOVED = 14;
    /**
     * Where a netlink message has the low byte of its type, and one of elements the name of their table: behind the headers
     * of netlink, nfnetlink and the attribute.
     */
    private static final int TYPE_AT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 4 : 5;

    private static final int TABLE_AT = 16 + 4 + 4;
    /**
     * Without elements of engines' tables: what begins with one is all of one transaction, and of thousands, as ports
     * are, the socket would lose some, which looks like a reload.
     */
    private static final SocketFilter NO_ELEMENTS_OF_ENGINES = new SocketFilter(9)
            .loadByte(TYPE_AT)
            .compare(ELEMENT_MADE, 1, 0)
            .compare(ELEMENT_REMOVED, 0, 5)
            .loadWord(TABLE_AT)
            .compare(word(TABLE_PREFIX, 0), 0, 3)
            .loadWord(TABLE_AT + 4)
            .compare(word(TABLE_PREFIX, 4), 0, 1)
            .drop()
            .accept();

    private static final LowDescriptors DESCRIPTORS = new LowDescriptors(Duration.ofSeconds(30));

    private Context ofProcess;

    @Override
    public boolean isAvailable() {
        return problem().isEmpty();
    }

    @Override
    public String problem() {
        if (Loaded.LIBRARY == null) {
            return "libnftables.so.1 cannot be loaded; install libnftables1 (" + Loaded.reason + ")";
        }
        try {
            run("list tables");
            return "";
        } catch (FeluccaException e) {
            return "the kernel has no nftables: " + e.getMessage();
        }
    }

    @Override
    public synchronized String run(String commands) {
        if (ofProcess == null) {
            ofProcess = DESCRIPTORS.open(Context::new);
        }
        return ofProcess.run(commands);
    }

    @Override
    public String run(Path namespace, String commands) {
        return KernelNamespaces.callIn(namespace, () -> {
            try (Context context = DESCRIPTORS.open(Context::new)) {
                return context.run(commands);
            } finally {
                DESCRIPTORS.keep();
            }
        });
    }

    @Override
    public Fd watch() {
        return NetlinkSocket.listen(NetlinkSocket.NETFILTER, GROUP_NFTABLES, NO_ELEMENTS_OF_ENGINES);
    }

    private static int word(String text, int at) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).getInt(at);
    }

    @Override
    public boolean reloaded(Fd watch) {
        ByteBuffer received = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.nativeOrder());
        boolean reloaded = false;
        try {
            while (watch.read(received.clear()) >= 0) {
                received.flip();
                for (int at = 0; at + NetlinkMessages.HEADER_BYTES <= received.limit(); ) {
                    int length = Math.max(NetlinkMessages.HEADER_BYTES, received.getInt(at));
                    reloaded |= isReload(received, at, length);
                    at += length + 3 & ~3;
                }
            }
            return reloaded;
        } catch (FeluccaException overrun) {
            // ENOBUFS: more happened than the socket could hold.
            return true;
        }
    }

    private static boolean isReload(ByteBuffer received, int at, int length) {
        return switch (received.getShort(at + 4)) {
            case TABLE_REMOVED -> true;
            case CHAIN_MADE, CHAIN_REMOVED -> {
                byte[] message = new byte[length];
                received.get(at, message);
                yield !new String(message, StandardCharsets.ISO_8859_1).contains(TABLE_PREFIX);
            }
            default -> false;
        };
    }

    /** One nft_ctx, with its netlink socket in the namespace of the thread that made it. */
    private static final class Context implements AutoCloseable {

        private final long context;

        Context() {
            if (Loaded.LIBRARY == null) {
                throw FeluccaException.unsupported(
                        "libnftables.so.1 cannot be loaded; install libnftables1 (" + Loaded.reason + ")");
            }
            context = Loaded.NEW.callLong(0);
            if (context == 0) {
                throw FeluccaException.system("nft_ctx_new failed");
            }
            Loaded.BUFFER_OUTPUT.call(context);
            Loaded.BUFFER_ERROR.call(context);
        }

        String run(String commands) {
            byte[] text = commands.getBytes(StandardCharsets.UTF_8);
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(text.length + 1).put(text).put((byte) 0);
            int result = Loaded.RUN.call(context, Scratch.address(buffer));
            String output = Scratch.cString(Loaded.OUTPUT.callLong(context));
            String errors = Scratch.cString(Loaded.ERROR.callLong(context));
            if (result != 0) {
                throw failure(commands, errors.strip());
            }
            return output;
        }

        private static FeluccaException failure(String commands, String errors) {
            String message = "nftables: " + (errors.isEmpty() ? "failed: " + commands : errors);
            if (errors.contains("No such file or directory")) {
                return FeluccaException.notFound(message);
            }
            return errors.contains("File exists")
                    ? FeluccaException.conflict(message)
                    : FeluccaException.system(message);
        }

        @Override
        public void close() {
            Loaded.FREE.call(context);
        }
    }

    /** The library and its functions, null without it. */
    private static final class Loaded {
        static String reason = "";
        static final Library LIBRARY = load();
        static final Libc.Function NEW = function("nft_ctx_new");
        static final Libc.Function FREE = function("nft_ctx_free");
        static final Libc.Function BUFFER_OUTPUT = function("nft_ctx_buffer_output");
        static final Libc.Function BUFFER_ERROR = function("nft_ctx_buffer_error");
        static final Libc.Function OUTPUT = function("nft_ctx_get_output_buffer");
        static final Libc.Function ERROR = function("nft_ctx_get_error_buffer");
        static final Libc.Function RUN = function("nft_run_cmd_from_buffer");

        private static Library load() {
            Library library = Library.openLibrary("libnftables.so.1", Library.LAZY);
            if (library == null) {
                reason = String.valueOf(Library.getLastError());
            }
            return library;
        }

        private static Libc.Function function(String name) {
            return LIBRARY == null ? null : Libc.function(LIBRARY, name);
        }
    }
}
