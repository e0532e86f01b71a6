package io.felucca.networks.settings;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What is configured for networks. */
@ObjectClassDefinition(name = "Felucca networks", description = "The default bridge, names and published ports")
public @interface NetworksConfig {

    String PID = "io.felucca.networks";

    @AttributeDefinition(
            description = "--bridge: the device of the network bridge; none for no such network; empty for felucca0")
    String bridge() default "";

    @AttributeDefinition(
            description = "--bip: the address of the bridge, such as 172.17.0.1/16; empty for a default pool")
    String bip() default "";

    @AttributeDefinition(description = "--ipv6: whether containers of the bridge have IPv6 addresses too")
    boolean ipv6() default false;

    @AttributeDefinition(description = "--fixed-cidr-v6: their subnet, such as 2001:db8::/64; empty for a default pool")
    String fixed_cidr_v6() default "";

    @AttributeDefinition(description = "--icc: whether containers of the bridge reach each other without links")
    boolean icc() default true;

    @AttributeDefinition(description = "--default-address-pool: base=10.0.0.0/8,size=24 each; none for Docker's")
    String[] default_address_pools() default {};

    @AttributeDefinition(description = "--dns: servers of containers that name none; none for the host's")
    String[] dns() default {};

    @AttributeDefinition(description = "--dns-search: search domains of containers that name none")
    String[] dns_search() default {};

    @AttributeDefinition(description = "--dns-opt: resolver options of containers that name none")
    String[] dns_options() default {};

    @AttributeDefinition(
            description = "--host-gateway-ip: what host-gateway stands for; empty for the bridge's address")
    String host_gateway() default "";

    @AttributeDefinition(description = "host ports that are chosen when none is asked for, first-last")
    String published_ports() default "49000-49900";

    @AttributeDefinition(description = "port mappers: the first that works here is used")
    String[] port_mappers() default {"nftables", "iptables"};
}
