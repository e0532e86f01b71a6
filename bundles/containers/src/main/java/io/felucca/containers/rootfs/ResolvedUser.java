package io.felucca.containers.rootfs;

import java.util.List;

/**
 * A {@code USER[:GROUP]} as numbers.
 *
 * @param additionalGids all supplementary groups, the primary one first (CVE-2022-36109)
 * @param home from the image's passwd file; {@code /} for a user that has no entry
 */
public record ResolvedUser(int uid, int gid, List<Integer> additionalGids, String home) {

    public static final ResolvedUser ROOT = new ResolvedUser(0, 0, List.of(0), "/root");

    public ResolvedUser {
        additionalGids = List.copyOf(additionalGids);
    }
}
