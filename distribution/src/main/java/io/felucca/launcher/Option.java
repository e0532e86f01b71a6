package io.felucca.launcher;

import java.util.Optional;

/** dockerd's options that the engine knows: the flag, daemon.json's key, and what kind of value it takes. */
enum Option {
    DATA_ROOT("data-root", '\0', Form.TEXT, "data-root", "Folder of what must survive a reboot", "/var/lib/felucca"),
    EXEC_ROOT("exec-root", '\0', Form.TEXT, "exec-root", "Folder of what a reboot may lose", "/run/felucca"),
    HOST("host", 'H', Form.LIST, "hosts", "Sockets to listen on", "unix:///run/felucca.sock"),
    PIDFILE("pidfile", 'p', Form.TEXT, "pidfile", "File for the engine's process id", "/run/felucca.pid"),
    GROUP("group", 'G', Form.TEXT, "group", "Group that may use the Unix socket", ""),
    TLS("tls", '\0', Form.SWITCH, "tls", "With =false: serve tcp:// hosts without TLS, to everybody", ""),
    TLS_VERIFY("tlsverify", '\0', Form.SWITCH, "tlsverify", "Use TLS on tcp:// hosts and verify the client", "false"),
    TLS_CA_CERT("tlscacert", '\0', Form.TEXT, "tlscacert", "Trust certs signed only by this CA", ""),
    TLS_CERT("tlscert", '\0', Form.TEXT, "tlscert", "Path to TLS certificate file", ""),
    TLS_KEY("tlskey", '\0', Form.TEXT, "tlskey", "Path to TLS key file", ""),
    STORAGE_DRIVER("storage-driver", 's', Form.TEXT, "storage-driver", "Storage driver to use", ""),
    STORAGE_OPT("storage-opt", '\0', Form.LIST, "storage-opts", "Storage driver options", ""),
    USERNS_REMAP("userns-remap", '\0', Form.TEXT, "userns-remap", "User or group of user namespaces", ""),
    DEFAULT_RUNTIME(
            "default-runtime", '\0', Form.TEXT, "default-runtime", "OCI runtime of containers: name or program", ""),
    ADD_RUNTIME("add-runtime", '\0', Form.LIST, "runtimes", "Further OCI runtime: name=program", ""),
    CGROUP_PARENT("cgroup-parent", '\0', Form.TEXT, "cgroup-parent", "Parent cgroup of all containers", ""),
    DEFAULT_ULIMIT("default-ulimit", '\0', Form.LIST, "default-ulimits", "Limits of all containers", ""),
    LOG_DRIVER("log-driver", '\0', Form.TEXT, "log-driver", "Log driver of containers that name none", ""),
    LOG_OPT("log-opt", '\0', Form.LIST, "log-opts", "Options of that log driver", ""),
    LOG_LEVEL("log-level", 'l', Form.TEXT, "log-level", "debug, info, warn, error or fatal", "info"),
    DEBUG("debug", 'D', Form.SWITCH, "debug", "The same as --log-level debug", "false"),
    BRIDGE("bridge", 'b', Form.TEXT, "bridge", "Device of the network bridge, or none", ""),
    BIP("bip", '\0', Form.TEXT, "bip", "Address of the network bridge: 172.17.0.1/16", ""),
    REGISTRY_MIRROR("registry-mirror", '\0', Form.LIST, "registry-mirrors", "Docker Hub mirror, asked first", ""),
    INSECURE_REGISTRY(
            "insecure-registry", '\0', Form.LIST, "insecure-registries", "Host or network without verified TLS", ""),
    IMAGE_GC_HIGH(
            "image-gc-high-threshold",
            '\0',
            Form.NUMBER,
            "image-gc-high-threshold",
            "Percent of the disk above which unused images are removed before others arrive",
            ""),
    IMAGE_GC_LOW(
            "image-gc-low-threshold",
            '\0',
            Form.NUMBER,
            "image-gc-low-threshold",
            "Percent of the disk at which that ends; five less than the other without it",
            ""),
    IPV6("ipv6", '\0', Form.SWITCH, "ipv6", "Whether containers of the bridge have IPv6 addresses too", "false"),
    FIXED_CIDR_V6("fixed-cidr-v6", '\0', Form.TEXT, "fixed-cidr-v6", "Their subnet: 2001:db8::/64", ""),
    ICC("icc", '\0', Form.SWITCH, "icc", "Whether containers of the bridge reach each other", "true"),
    DEFAULT_ADDRESS_POOL(
            "default-address-pool",
            '\0',
            Form.LIST,
            "default-address-pools",
            "Where subnets come from: base=10.0.0.0/8,size=24",
            ""),
    DNS("dns", '\0', Form.LIST, "dns", "DNS servers of containers", ""),
    DNS_SEARCH("dns-search", '\0', Form.LIST, "dns-search", "DNS search domains of containers", ""),
    DNS_OPT("dns-opt", '\0', Form.LIST, "dns-opts", "DNS options of containers", ""),
    HOST_GATEWAY_IP("host-gateway-ip", '\0', Form.TEXT, "host-gateway-ip", "What host-gateway stands for", ""),
    PUBLISHED_PORTS(
            "published-ports", '\0', Form.TEXT, "published-ports", "Host ports that are chosen from: 49000-49900", ""),
    CONFIG_FILE("config-file", '\0', Form.TEXT, "", "File with daemon.json's keys", ""),
    DEPLOY_ROOT("deploy-root", '\0', Form.TEXT, "", "Folder whose jars are installed as bundles", ""),
    DETACH("detach", 'd', Form.SWITCH, "", "Return when the engine is ready", "false"),
    STOP("stop", '\0', Form.SWITCH, "", "End the engine, containers running on", "false"),
    HELP("help", 'h', Form.SWITCH, "", "Show this text", "false");

    /** How an option's value is given. */
    enum Form {
        /** One value; the last one counts. */
        TEXT,
        /** One whole number; the last one counts. */
        NUMBER,
        /** May be given several times. */
        LIST,
        /** Alone or with =true, =false. */
        SWITCH
    }

    final String flag;
    final char letter;
    final Form form;
    final String key;
    final String help;
    final String fallback;

    Option(String flag, char letter, Form form, String key, String help, String fallback) {
        this.flag = flag;
        this.letter = letter;
        this.form = form;
        this.key = key;
        this.help = help;
        this.fallback = fallback;
    }

    static Optional<Option> ofFlag(String flag) {
        for (Option option : values()) {
            if (option.flag.equals(flag)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    static Optional<Option> ofLetter(char letter) {
        for (Option option : values()) {
            if (option.letter != '\0' && option.letter == letter) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** By a key of daemon.json. */
    static Optional<Option> ofKey(String key) {
        for (Option option : values()) {
            if (!option.key.isEmpty() && option.key.equals(key)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
