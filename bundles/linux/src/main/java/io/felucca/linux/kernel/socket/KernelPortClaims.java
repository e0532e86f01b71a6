package io.felucca.linux.kernel.socket;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.net.PortClaims;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** socket(2) and bind(2), without SO_REUSEADDR: whoever binds the port next is refused. */
@Component
public final class KernelPortClaims implements PortClaims {

    private static final Libc.Function SOCKET = Libc.function("socket");
    private static final Libc.Function SOCKET_PAIR = Libc.function("socketpair");
    private static final Libc.Function SEND_MESSAGE = Libc.function("sendmsg");
    private static final Libc.Function BIND = Libc.function("bind");
    private static final Libc.Function SET_OPTION = Libc.function("setsockopt");
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    private static final int UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int ADDRESS_BYTES = 28;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int HEADER_BYTES = 56;
    private static final int CONTROL_HEADER_BYTES = 16;
    /** SCM_MAX_FD. */
    private static final int DESCRIPTORS_OF_A_MESSAGE = 253;

    private static final InetAddress EVERYWHERE = everywhere();

    private static InetAddress everywhere() {
        try {
            return InetAddress.getByAddress(new byte[16]);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Optional<Fd> claim(int protocol, InetAddress address, int port) {
        return claim(protocol, address, true, port);
    }

    @Override
    public Optional<Fd> claimEverywhere(int protocol, int port) {
        return claim(protocol, EVERYWHERE, false, port);
    }

    private static Optional<Fd> claim(int protocol, InetAddress address, boolean ipv6Only, int port) {
        boolean ipv6 = address instanceof Inet6Address;
        int fd = SOCKET.call(ipv6 ? AF_INET6 : AF_INET, type(protocol) | Libc.O_CLOEXEC, protocol);
        if (fd < 0) {
            int errno = Libc.errno();
            if (errno == Errno.EPROTONOSUPPORT || errno == Errno.ESOCKTNOSUPPORT) {
                return Optional.empty();
            } else if (errno == Errno.EAFNOSUPPORT) {
                throw FeluccaException.invalid(Errno.message("socket", "protocol " + protocol, errno));
            }
            throw Errno.system("socket", "protocol " + protocol, errno);
        }
        KernelFd claim = new KernelFd(fd, "claimed port");
        try {
            bind(claim, protocol, address, ipv6Only, port);
            return Optional.of(claim);
        } catch (FeluccaException e) {
            claim.close();
            throw e;
        }
    }

    private static int type(int protocol) {
        return protocol == UDP ? SOCK_DGRAM : SOCK_STREAM;
    }

    private static void bind(KernelFd claim, int protocol, InetAddress address, boolean ipv6Only, int port) {
        Scratch scratch = Scratch.get().reset();
        long name = scratch.takeCleared(ADDRESS_BYTES);
        boolean ipv6 = address instanceof Inet6Address;
        if (ipv6) {
            long value = scratch.takeCleared(8);
            scratch.putInt(value, ipv6Only ? 1 : 0);
            claim.check(SET_OPTION, SET_OPTION.call(claim.number(), IPPROTO_IPV6, IPV6_V6ONLY, value, 4));
        }
        scratch.putShort(name, ipv6 ? AF_INET6 : AF_INET);
        scratch.putShort(name + 2, Short.reverseBytes((short) port));
        scratch.putBytes(name + (ipv6 ? 8 : 4), address.getAddress());
        if (BIND.call(claim.number(), name, ipv6 ? ADDRESS_BYTES : 16) < 0) {
            int errno = Libc.errno();
            String message = Errno.message("bind", address.getHostAddress() + " port " + port + "/" + protocol, errno);
            throw switch (errno) {
                case Errno.EADDRINUSE -> FeluccaException.conflict(message);
                case Errno.EADDRNOTAVAIL -> FeluccaException.invalid(message);
                case Errno.EACCES -> FeluccaException.forbidden(message);
                default -> FeluccaException.system(message);
            };
        }
    }

    @Override
    public Fd together(List<Fd> claims) {
        Scratch scratch = Scratch.get().reset();
        long pair = scratch.takeCleared(8);
        if (SOCKET_PAIR.call(AF_UNIX, SOCK_SEQPACKET | Libc.O_CLOEXEC, 0, pair) < 0) {
            throw Errno.system("socketpair", "claimed ports", Libc.errno());
        }
        KernelFd holder = new KernelFd(scratch.getInt(pair), "claimed ports");
        // What was sent stays when the sender has gone.
        try (KernelFd sender = new KernelFd(scratch.getInt(pair + 4), "claimed ports")) {
            for (int at = 0; at < claims.size(); at += DESCRIPTORS_OF_A_MESSAGE) {
                send(sender, claims.subList(at, Math.min(claims.size(), at + DESCRIPTORS_OF_A_MESSAGE)));
            }
            return holder;
        } catch (FeluccaException e) {
            holder.close();
            throw e;
        }
    }

    /** struct msghdr with one byte of data, and a struct cmsghdr with the descriptors. */
    private static void send(KernelFd sender, List<Fd> claims) {
        Scratch scratch = Scratch.get().reset();
        int controlBytes = CONTROL_HEADER_BYTES + 4 * claims.size();
        long header = scratch.takeCleared(HEADER_BYTES);
        long vector = scratch.takeCleared(16);
        long control = scratch.takeCleared(controlBytes + 7 & ~7);
        scratch.putLong(vector, scratch.takeCleared(8));
        scratch.putLong(vector + 8, 1);
        scratch.putLong(header + 16, vector);
        scratch.putLong(header + 24, 1);
        scratch.putLong(header + 32, control);
        scratch.putLong(header + 40, controlBytes);
        scratch.putLong(control, controlBytes);
        scratch.putInt(control + 8, SOL_SOCKET);
        scratch.putInt(control + 12, SCM_RIGHTS);
        for (int i = 0; i < claims.size(); i++) {
            scratch.putInt(
                    control + CONTROL_HEADER_BYTES + 4L * i, claims.get(i).number());
        }
        sender.check(SEND_MESSAGE, SEND_MESSAGE.call(sender.number(), header, MSG_DONTWAIT));
    }
}
