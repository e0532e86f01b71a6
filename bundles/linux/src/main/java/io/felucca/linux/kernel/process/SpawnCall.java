package io.felucca.linux.kernel.process;

import com.kenai.jffi.MemoryIO;
import io.felucca.FeluccaException;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One posix_spawn(3): glibc does it by CLONE_VFORK, so that the size of the JVM does not matter. */
final class SpawnCall {

    private static final Libc.Function SPAWN = Libc.function("posix_spawnp");
    private static final Libc.Function ACTIONS_INIT = Libc.function("posix_spawn_file_actions_init");
    private static final Libc.Function ACTIONS_DESTROY = Libc.function("posix_spawn_file_actions_destroy");
    private static final Libc.Function ADD_DUP2 = Libc.function("posix_spawn_file_actions_adddup2");
    private static final Libc.Function ADD_OPEN = Libc.function("posix_spawn_file_actions_addopen");
    private static final Libc.Function ADD_CLOSE = Libc.function("posix_spawn_file_actions_addclose");
    private static final Libc.Function ADD_CLOSE_FROM = Libc.function("posix_spawn_file_actions_addclosefrom_np");
    private static final Libc.Function ADD_CHDIR = Libc.function("posix_spawn_file_actions_addchdir_np");
    private static final Libc.Function ATTRIBUTES_INIT = Libc.function("posix_spawnattr_init");
    private static final Libc.Function ATTRIBUTES_DESTROY = Libc.function("posix_spawnattr_destroy");
    private static final Libc.Function SET_FLAGS = Libc.function("posix_spawnattr_setflags");
    private static final Libc.Function SET_MASK = Libc.function("posix_spawnattr_setsigmask");
    private static final Libc.Function SET_DEFAULTS = Libc.function("posix_spawnattr_setsigdefault");
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;
    private static final int F_DUPFD_CLOEXEC = 1030;
    /** More than glibc's structs need (80, 336 and 128 bytes on both processors). */
    private static final int STRUCT_BYTES = 512;

    private final Spawn spawn;
    private final TreeMap<Integer, Integer> targets = new TreeMap<>();
    private final List<Fd> copies = new ArrayList<>();

    private SpawnCall(Spawn spawn) {
        this.spawn = spawn;
        targets.put(0, spawn.stdin());
        targets.put(1, spawn.stdout());
        targets.put(2, spawn.stderr());
        targets.putAll(spawn.descriptors());
    }

    static int start(Spawn spawn) {
        return new SpawnCall(spawn).start();
    }

    private int start() {
        for (String word : spawn.argv()) {
            refuseNul(word);
        }
        spawn.env().forEach(SpawnCall::refuseNul);
        try {
            moveSourcesAboveTargets();
            return call();
        } finally {
            copies.forEach(Fd::close);
        }
    }

    private static void refuseNul(String word) {
        if (word.indexOf('\0') >= 0) {
            throw FeluccaException.invalid("an argument or variable of a program holds a NUL character");
        }
    }

    /** So that no dup2 overwrites a descriptor that a later one still needs. */
    private void moveSourcesAboveTargets() {
        int highest = targets.lastKey();
        for (Map.Entry<Integer, Integer> entry : targets.entrySet()) {
            int source = entry.getValue();
            if (source >= 0 && source <= highest) {
                int copy = Libc.FCNTL.call(source, F_DUPFD_CLOEXEC, highest + 1);
                if (copy < 0) {
                    throw Errno.system("fcntl F_DUPFD_CLOEXEC", "descriptor " + source, Libc.errno());
                }
                copies.add(new KernelFd(copy, "descriptor " + source));
                entry.setValue(copy);
            }
        }
    }

    private int call() {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        int devNull = put(strings, "/dev/null");
        int cwd = put(strings, spawn.cwd().orElse("."));
        int[] argv = spawn.argv().stream().mapToInt(word -> put(strings, word)).toArray();
        int[] env = spawn.env().stream().mapToInt(word -> put(strings, word)).toArray();

        int pointersBytes = 8 * (argv.length + 1 + env.length + 1);
        int size = 8 + 4 * STRUCT_BYTES + pointersBytes + strings.size();
        ByteBuffer memory = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        long base = MemoryIO.getInstance().getDirectBufferAddress(memory);
        long actions = base + 8;
        long attributes = actions + STRUCT_BYTES;
        long noSignals = attributes + STRUCT_BYTES;
        long allSignals = noSignals + STRUCT_BYTES;
        for (int i = 0; i < STRUCT_BYTES; i++) {
            memory.put((int) (allSignals - base) + i, (byte) 0xff);
        }
        int pointers = 8 + 4 * STRUCT_BYTES;
        long text = base + pointers + pointersBytes;
        memory.put(pointers + pointersBytes, strings.toByteArray());
        putPointers(memory, pointers, argv, text);
        int envAt = pointers + 8 * (argv.length + 1);
        putPointers(memory, envAt, env, text);

        ok("posix_spawn_file_actions_init", ACTIONS_INIT.call(actions));
        ok("posix_spawnattr_init", ATTRIBUTES_INIT.call(attributes));
        try {
            addActions(actions, text + devNull, text + cwd);
            ok("setflags", SET_FLAGS.call(attributes, SETSIGDEF | SETSIGMASK | SETSID));
            ok("setsigmask", SET_MASK.call(attributes, noSignals));
            ok("setsigdefault", SET_DEFAULTS.call(attributes, allSignals));
            int result = SPAWN.call(base, text + argv[0], actions, attributes, base + pointers, base + envAt);
            if (result == Errno.ENOENT) {
                throw FeluccaException.notFound("cannot start " + spawn.argv().get(0) + ": there is no such program");
            }
            ok("cannot start " + spawn.argv().get(0) + ": posix_spawn", result);
            return memory.getInt(0);
        } finally {
            ACTIONS_DESTROY.call(actions);
            ATTRIBUTES_DESTROY.call(attributes);
        }
    }

    private void addActions(long actions, long devNull, long cwd) {
        int next = 0;
        for (Map.Entry<Integer, Integer> entry : targets.entrySet()) {
            int target = entry.getKey();
            for (; next < target; next++) {
                ok("addclose", ADD_CLOSE.call(actions, next));
            }
            next = target + 1;
            if (entry.getValue() < 0) {
                int flags = target == 0 ? 0 : 1;
                ok("addopen", ADD_OPEN.call(actions, target, devNull, flags, 0));
            } else {
                ok("adddup2", ADD_DUP2.call(actions, entry.getValue(), target));
            }
        }
        ok("addclosefrom_np", ADD_CLOSE_FROM.call(actions, next));
        if (spawn.cwd().isPresent()) {
            ok("addchdir_np", ADD_CHDIR.call(actions, cwd));
        }
    }

    private static int put(ByteArrayOutputStream strings, String word) {
        int offset = strings.size();
        strings.writeBytes(word.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        return offset;
    }

    private static void putPointers(ByteBuffer memory, int at, int[] offsets, long text) {
        for (int i = 0; i < offsets.length; i++) {
            memory.putLong(at + 8 * i, text + offsets[i]);
        }
    }

    /** These functions return errno. */
    private static void ok(String call, int errno) {
        if (errno != 0) {
            throw FeluccaException.system(call + ": " + Errno.text(errno));
        }
    }
}
