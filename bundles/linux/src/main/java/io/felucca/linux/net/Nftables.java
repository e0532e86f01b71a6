package io.felucca.linux.net;

import io.felucca.linux.Fd;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** The kernel's packet filter, told in the language of nft(8). Thread-safe. */
@ProviderType
public interface Nftables {

    /** Whether libnftables can be loaded and the kernel knows nftables; loads at first use. */
    boolean isAvailable();

    /** What is wrong when it is not available, and the remedy. */
    String problem();

    /**
     * Runs commands as one transaction in the namespace of this process: all of them or none.
     *
     * @return what they print, such as a list
     * @throws io.felucca.FeluccaException NOT_FOUND for a table, chain, set or element that is not there, CONFLICT for
     *     one that is, SYSTEM with the library's words otherwise
     */
    String run(String commands);

    /** The same in another namespace. */
    String run(Path namespace, String commands);

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
