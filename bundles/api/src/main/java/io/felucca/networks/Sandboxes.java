package io.felucca.networks;

import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gives running containers their networks; for the core bundle that runs them. The caller keeps a {@link Sandbox} on
 * disk before anything of it is in the kernel, and hands it over at each call:
 *
 * <pre>
 *   prepare ──▶ addresses and host ports are the container's     before the start's intent is written
 *   join ──▶ interfaces, default route, names, published ports   when its namespace is there, before its program runs
 *   connect, disconnect, publish, relink                         while it runs
 *   leave ──▶ nothing is left of it                              at its end
 *   adopt, resume, restore                                       after a start of the engine, in place of prepare and join
 * </pre>
 *
 * Thread-safe; calls for one container come one after the other. Errors as in {@link Networks}, with Docker's texts.
 */
@ProviderType
public interface Sandboxes {

    /**
     * A container as the networks see it.
     *
     * @param hostname which other containers of a user's network reach it by too, as by its name; or empty
     * @param mode {@code bridge}, {@code none}, {@code host} or a user's network, by name or id
     * @param endpoints what is asked for in which network; that of the mode need not be named
     * @param ports what is to be published, by {@code 80/tcp} or {@link io.felucca.containers.PortRange}
     * @param exposed ports such as {@code 80/tcp}, which {@code publishAll} publishes
     * @param dns servers asked for what the networks do not know; empty for the engine's
     */
    record Member(
            String containerId,
            String name,
            String hostname,
            String mode,
            Map<String, EndpointSpec> endpoints,
            Map<String, List<PortBinding>> ports,
            boolean publishAll,
            Set<String> exposed,
            List<String> dns) {}

    /** The mode of a container that names none. */
    String defaultMode();

    /** Checks what can be told at create, touching nothing. @throws io.felucca.FeluccaException INVALID, NOT_FOUND */
    void check(Member member);

    /**
     * Checks what a container asks for that is to be connected, running or not, touching nothing.
     *
     * @param others names of the networks that it is in or will be in at its start
     * @throws io.felucca.FeluccaException INVALID, NOT_FOUND
     */
    void checkConnect(String network, EndpointSpec spec, Set<String> others);

    NamespaceMode namespaceMode(String mode);

    /** Whether the container finds others by name, at {@value #NAME_SERVER}: in the networks of users. */
    boolean hasNames(Sandbox sandbox);

    /** Where containers of users' networks ask for names. */
    String NAME_SERVER = "127.0.0.11";

    /** The address that {@code host-gateway} stands for. */
    InetAddress hostGateway();

    /** What the engine puts into resolv.conf where a container asks for nothing: {@code --dns} and its kin. */
    Dns dns();

    record Dns(List<String> servers, List<String> search, List<String> options) {}

    /**
     * The host's file of name servers for containers that have a network of their own: resolv.conf, or the one of
     * systemd-resolved where that names nothing but its stub.
     */
    Path resolverFile();

    /** Takes addresses and host ports; nothing is made in the kernel but the sockets that hold the ports. */
    Sandbox prepare(Member member);

    /** @param namespace such as {@code /proc/PID/ns/net} */
    Sandbox join(Member member, Sandbox sandbox, Path namespace);

    /**
     * Descriptors of this process that hold the ports of a prepared container, for its monitor to keep: so nobody else on
     * the host takes them while the engine is away.
     */
    List<Integer> portHolders(String containerId);

    /** Idempotent; what it took is free when it returns. */
    void leave(Member member, Sandbox sandbox);

    /** Takes over what an engine before gave a container. For all containers before any is prepared; needs no driver. */
    void adopt(Member member, Sandbox sandbox);

    /** Serves names to a running container that was adopted. */
    void resume(Member member, Sandbox sandbox, Path namespace);

    /** Makes what is on the host what all sandboxes say; what is right is not touched. Once all are adopted. */
    void restore();

    /** @throws io.felucca.FeluccaException FORBIDDEN when it is in that network already */
    Sandbox connect(Member member, Sandbox sandbox, String network, EndpointSpec spec, Path namespace);

    Sandbox disconnect(Member member, Sandbox sandbox, String network, Path namespace);

    /** Publishes what the member asks for now in the place of what is published: all of it or nothing. */
    Sandbox publish(Member member, Sandbox sandbox);

    /** Other containers reach a member by its new name from now on. */
    void renamed(String containerId, String name);

    /**
     * What a link brings; nothing is opened yet.
     *
     * @throws io.felucca.FeluccaException UNAVAILABLE for want of a link driver
     */
    LinkDriver.Link link(LinkDriver.Recipient recipient, LinkDriver.Source source);

    /**
     * Gives a joined container these links in the place of those that it has. They open what they name for as long as
     * both containers are where they were when the link was made: who leaves a network takes along what is open
     * from and to its address, whoever gets that after it. No link driver is needed for that.
     */
    Sandbox relink(Member member, Sandbox sandbox, List<Sandbox.Link> links);
}
