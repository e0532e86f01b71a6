package io.felucca.networks.ports;

/**
 * Something by port, in little room where many are in a row: what was put there once is put there again without new memory.
 * Not thread-safe.
 */
final class CompactPortMap<T> {

    private static final int PAGE_PORTS = 256;

    private final Object[][] pages = new Object[(1 << 16) / PAGE_PORTS][];

    /** Null for nothing. */
    @SuppressWarnings("unchecked") // only put writes
    T get(int port) {
        Object[] page = pages[port / PAGE_PORTS];
        return page == null ? null : (T) page[port % PAGE_PORTS];
    }

    void put(int port, T value) {
        Object[] page = pages[port / PAGE_PORTS];
        if (page == null) {
            page = new Object[PAGE_PORTS];
            pages[port / PAGE_PORTS] = page;
        }
        page[port % PAGE_PORTS] = value;
    }

    void remove(int port) {
        Object[] page = pages[port / PAGE_PORTS];
        if (page != null) {
            page[port % PAGE_PORTS] = null;
        }
    }
}
