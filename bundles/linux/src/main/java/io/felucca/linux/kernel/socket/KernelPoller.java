package io.felucca.linux.kernel.socket;

import io.felucca.linux.Poller;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** epoll(7) with an eventfd to wake it. */
final class KernelPoller implements Poller {

    private static final Logger LOG = LoggerFactory.getLogger(KernelPoller.class);
    private static final Libc.Function EPOLL_CREATE1 = Libc.function("epoll_create1");
    private static final Libc.Function EPOLL_CTL = Libc.function("epoll_ctl");
    private static final Libc.Function EPOLL_WAIT = Libc.function("epoll_wait");
    private static final Libc.Function EVENTFD = Libc.function("eventfd");
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int MODIFY = 3;
    private static final int EFD_NONBLOCK = 0x800;
    /** struct epoll_event is packed on x86-64 only. */
    private static final int DATA_OFFSET = Libc.ARM ? 8 : 4;

    private static final int EVENT_BYTES = DATA_OFFSET + 8;
    private static final int BATCH = 64;
    private static final long WAKE = 0;

    private final KernelFd epoll = new KernelFd(EPOLL_CREATE1.call(Libc.O_CLOEXEC), "epoll");
    private final KernelFd wake = new KernelFd(EVENTFD.call(0, Libc.O_CLOEXEC | EFD_NONBLOCK), "eventfd");
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Object lock = new Object();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private boolean closed;
    private boolean running;
    private ByteBuffer buffer;

    KernelPoller() {
        control(ADD, wake.number(), READABLE, WAKE);
    }

    @Override
    public Registration register(Fd fd, int events, Handler handler) {
        Watched registration = new Watched(ids.incrementAndGet(), fd, handler);
        watched.put(registration.id, registration);
        control(ADD, fd.number(), events, registration.id);
        return registration;
    }

    private void control(int operation, int fd, int events, long id) {
        Scratch scratch = Scratch.get().reset();
        long event = scratch.take(16);
        scratch.putInt(event, events);
        scratch.putLong(event + DATA_OFFSET, id);
        epoll.check(EPOLL_CTL, EPOLL_CTL.call(epoll.number(), operation, fd, event));
    }

    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            tasks.add(task);
        }
        wakeUp();
    }

    @Override
    public AutoCloseable schedule(long delayMillis, Runnable task) {
        Timer timer = new Timer(System.nanoTime() + delayMillis * 1_000_000, ids.incrementAndGet(), task);
        synchronized (lock) {
            timers.add(timer);
        }
        wakeUp();
        return () -> {
            synchronized (lock) {
                timers.remove(timer);
            }
        };
    }

    @Override
    public ByteBuffer buffer() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
        }
        return buffer;
    }

    private void wakeUp() {
        ByteBuffer one = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, 1);
        synchronized (lock) {
            if (wake.isOpen()) {
                wake.write(one);
            }
        }
    }

    @Override
    public void run() {
        synchronized (lock) {
            running = true;
        }
        ByteBuffer events = ByteBuffer.allocateDirect(BATCH * EVENT_BYTES).order(ByteOrder.nativeOrder());
        long address = Scratch.address(events);
        try {
            while (serve(events, address)) {}
        } finally {
            closeDescriptors();
        }
    }

    private void closeDescriptors() {
        synchronized (lock) {
            epoll.close();
            wake.close();
        }
    }

    private boolean serve(ByteBuffer events, long address) {
        int count = EPOLL_WAIT.call(epoll.number(), address, BATCH, waitMillis());
        if (count < 0 && Libc.errno() != Errno.EINTR) {
            throw Errno.system("epoll_wait", "poller", Libc.errno());
        }
        for (int i = 0; i < count; i++) {
            long id = events.getLong(i * EVENT_BYTES + DATA_OFFSET);
            int ready = events.getInt(i * EVENT_BYTES);
            Watched registration = watched.get(id);
            if (id == WAKE) {
                wake.read(ByteBuffer.allocate(8));
            } else if (registration != null) {
                guarded(() -> registration.handler.ready(ready));
            }
        }
        // Bounded, so that tasks that ask for more tasks do not keep descriptors waiting.
        Runnable task = nextTask();
        for (int done = 0; task != null; done++) {
            guarded(task);
            task = done < BATCH ? nextTask() : null;
        }
        synchronized (lock) {
            return !closed;
        }
    }

    private int waitMillis() {
        synchronized (lock) {
            if (closed || !tasks.isEmpty()) {
                return 0;
            } else if (timers.isEmpty()) {
                return -1;
            }
            long nanos = timers.peek().dueNanos - System.nanoTime();
            return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
        }
    }

    private Runnable nextTask() {
        synchronized (lock) {
            Runnable task = tasks.poll();
            if (task == null && !timers.isEmpty() && timers.peek().dueNanos - System.nanoTime() <= 0) {
                task = timers.poll().task;
            }
            return task;
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a poller's handler failed", e);
        }
    }

    @Override
    public void close() {
        boolean neverRan;
        synchronized (lock) {
            closed = true;
            neverRan = !running;
        }
        wakeUp();
        if (neverRan) {
            closeDescriptors();
        }
    }

    private record Timer(long dueNanos, long order, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.signum(dueNanos - other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final class Watched implements Registration {
        private final long id;
        private final Fd fd;
        private final Handler handler;

        Watched(long id, Fd fd, Handler handler) {
            this.id = id;
            this.fd = fd;
            this.handler = handler;
        }

        @Override
        public void watch(int events) {
            control(MODIFY, fd.number(), events, id);
        }

        @Override
        public void close() {
            if (watched.remove(id) != null && fd.isOpen() && epoll.isOpen()) {
                EPOLL_CTL.call(epoll.number(), DELETE, fd.number(), 0);
            }
        }
    }
}
