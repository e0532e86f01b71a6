package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.Fd;
import io.felucca.linux.net.PortClaims;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** socket(2) and bind(2), without SO_REUSEADDR: whoever binds the port next is refused. */
@Component
public final class KernelPortClaims implements PortClaims {

    private static final Libc.Function SOCKET = Libc.function("socket");
    private static final Libc.Function BIND = Libc.function("bind");
    private static final Libc.Function SET_OPTION = Libc.function("setsockopt");
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int ADDRESS_BYTES = 28;

    @Override
    public List<Fd> claim(int protocol, InetAddress address, int firstPort, int count) {
        List<Fd> claims = new ArrayList<>(count);
        try {
            for (int port = firstPort; port < firstPort + count; port++) {
                int fd = SOCKET.call(family(address), type(protocol) | Libc.O_CLOEXEC, protocol);
                if (fd < 0) {
                    int errno = Libc.errno();
                    if (errno == Errno.EPROTONOSUPPORT || errno == Errno.ESOCKTNOSUPPORT) {
                        return claims;
                    }
                    throw Errno.system("socket", "protocol " + protocol, errno);
                }
                KernelFd claim = new KernelFd(fd, "claimed port");
                claims.add(claim);
                bind(claim, protocol, address, port);
            }
            return claims;
        } catch (FeluccaException e) {
            claims.forEach(Fd::close);
            throw e;
        }
    }

    private static int family(InetAddress address) {
        return address.getAddress().length == 16 ? AF_INET6 : AF_INET;
    }

    private static int type(int protocol) {
        return protocol == UDP ? SOCK_DGRAM : SOCK_STREAM;
    }

    private static void bind(KernelFd claim, int protocol, InetAddress address, int port) {
        Scratch scratch = Scratch.get().reset();
        long name = scratch.takeCleared(ADDRESS_BYTES);
        boolean ipv6 = family(address) == AF_INET6;
        if (ipv6) {
            long on = scratch.takeCleared(8);
            scratch.putInt(on, 1);
            claim.check(SET_OPTION, SET_OPTION.call(claim.number(), IPPROTO_IPV6, IPV6_V6ONLY, on, 4));
        }
        scratch.putShort(name, family(address));
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
}
