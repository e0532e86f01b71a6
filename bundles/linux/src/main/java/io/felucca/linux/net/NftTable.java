package io.felucca.linux.net;

/** A table of the packet filter. */
public record NftTable(Family family, String name) {

    /** Which packets a table sees, with the kernel's number. */
    public enum Family {
        /** IPv4 and IPv6. */
        INET(1),
        IPV4(2);

        private final int number;

        Family(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public static NftTable inet(String name) {
        return new NftTable(Family.INET, name);
    }

    @Override
    public String toString() {
        return (family == Family.INET ? "inet " : "ip ") + name;
    }
}
