/** Capabilities, seccomp filters, AppArmor profiles and the security options that choose them. Uses host alone. */
package io.felucca.containers.security;
