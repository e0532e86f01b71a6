package io.felucca.linux.net;

import io.felucca.linux.files.Fd;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The kernel's packet filter, nf_tables. Thread-safe. */
@ProviderType
public interface Nftables {

    /** What keeps the packet filter from being used, and the remedy; empty where it can be used. */
    String problem();

    /**
     * Makes changes of a table as one transaction in the namespace of this process: all of them or none.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND for a table, chain, set or element that is not there, CONFLICT for
     *     one that is and is another, SYSTEM with the kernel's words otherwise
     */
    void apply(NftTable table, List<NftChange> changes);

    /** The same in another namespace. */
    void apply(Path namespace, NftTable table, List<NftChange> changes);

    /** All tables that see IPv4 alone, or IPv4 and IPv6. */
    List<NftTable> tables();

    /** @throws io.felucca.FeluccaException NOT_FOUND for a set that is not there */
    boolean isEmpty(NftTable table, NftSet set);

    /**
     * A socket that becomes readable when tables, chains or rules change (nfnetlink's group for nftables, not blocking);
     * not by the elements of engines' sets and maps. {@link #reloaded} reads it.
     */
    Fd watch();

    /**
     * Reads what came, and says whether rules may have to be put back: a table was removed, as a firewall does that is
     * loaded anew, chains came or went in tables that are not this engine's or another's, or messages were lost.
     */
    boolean reloaded(Fd watch);

    /** What the names of all engines' tables begin with; the engine's id follows. */
    String TABLE_PREFIX = "felucca-";
}
