#!/usr/bin/env bash
# boot.sh PROGRAM [ARGUMENT…]: runs a program as root under an older kernel, Debian's User-mode Linux (6.1, cgroup v2),
# and ends with its exit code. The root is this machine's own, read-only; /tmp is a disk of its own, /run and
# /var/tmp are in memory. Needs the packages user-mode-linux, e2fsprogs and busybox-static, and gcc on
# processors with AMX. The project may lie below /tmp. FELUCCA_UML_KERNEL has more words for that kernel,
# FELUCCA_UML_MEMORY says how much memory it has, FELUCCA_UML_DISK how large /dev/ubdc is, and boots with FELUCCA_UML_TURN 0 and 1 take processors of their own.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
    folder=$(mktemp -d /tmp/felucca-uml-XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    truncate -s 2G "$folder/disk"
    mkfs.ext4 -q "$folder/disk"
    printf '%s\0' "$PWD" "$@" >"$folder/command"
    # The second disk hands the command in: the kernel's command line is too short for a class path.
    truncate -s %4096 "$folder/command"
    # The third disk is bare: thin pools are made on it.
    truncate -s "${FELUCCA_UML_DISK:-4096}" "$folder/bare"
    preload=
    if grep -qw amx_tile /proc/cpuinfo; then
        preload=$folder/xstate.so
        cc -O1 -shared -fPIC -o "$preload" "$(dirname "$(realpath "$0")")/xstate.c" -ldl
    fi
    # On one processor, the first or the last that it may have: that kernel and its processes take turns at each system
    # call and page fault, and to wake another processor for each turn takes more than twice as long.
    processors=$(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status)
    if ((${FELUCCA_UML_TURN:-RANDOM} % 2)); then processor=${processors%%[-,]*}; else processor=${processors##*[-,]}; fi
    # shellcheck disable=SC2086 # words
    LD_PRELOAD=$preload taskset -c "$processor" linux.uml "mem=${FELUCCA_UML_MEMORY:-2G}" rootfstype=hostfs rootflags=/ ro \
        quiet ${FELUCCA_UML_KERNEL:-} "init=$(realpath "$0")" ubd0="$folder/disk" ubd1r="$folder/command" \
        ubd2="$folder/bare" con0=null,fd:1 con=none -- --inside </dev/null 2>&1 |
        tee "$folder/output" | sed -un '/^felucca-uml-begin/,/^felucca-uml-exit/{/^felucca-uml-/!p}' || true
    if ! grep -q '^felucca-uml-exit ' "$folder/output"; then
        cat "$folder/output" >&2
        exit 99
    fi
    code=$(sed -n 's/^felucca-uml-exit \([0-9]*\).*/\1/p' "$folder/output")
    exit "$code"
fi

set +eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
stty -onlcr
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t securityfs securityfs /sys/kernel/security
# The folder of the project may lie below /tmp: it is seen through the disk that is mounted there.
project=$(realpath "$(dirname "$0")/../..")
case $project in /tmp/*)
    mount --bind "$project" /mnt
    mount /dev/ubda /tmp
    mkdir -p "$project"
    mount --move /mnt "$project" || mount --bind /mnt "$project"
    ;;
*) mount /dev/ubda /tmp ;;
esac
modules=/usr/lib/uml/modules/$(uname -r)
for module in overlay loop llc stp bridge veth dm-mod dm-bufio dm-bio-prison dm-persistent-data dm-thin-pool quota_tree quota_v2; do
    busybox insmod "$(find "$modules" -name "$module.ko" -print -quit)" 2>/dev/null || true
done
ip link set lo up
echo felucca-uml-begin
mapfile -d '' -t command </dev/ubdb
cd "${command[0]}"
count=1
while [ $count -lt ${#command[@]} ] && [ -n "${command[$count]}" ]; do count=$((count + 1)); done
code=0
"${command[@]:1:count-1}" </dev/null || code=$?
cd /
case $project in /tmp/*) umount "$project" 2>/dev/null ;; esac
umount /tmp 2>/dev/null || true
echo "felucca-uml-exit $code"
busybox halt -f
