#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test on this machine, as root, on real containers.
# Ends with the numbers, and fails when a test failed or when something is left on the machine.
#
# verify.sh [MAVEN OPTION…]     everything
# verify.sh --quick             the unit tests that need neither root nor minutes, as any user; installs nothing
# verify.sh --it NAME[,NAME…]   only these system tests (LifecycleIT, or LifecycleIT#method)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

case ${1:-} in
    --quick)
        shift
        # Modules at once; the tags are those of JUnit, on the classes and methods.
        exec mvn -B -ntp -T 1C test -DexcludedGroups=root,slow "$@" ;;
    --it)
        name=${2:?"verify.sh: --it needs the name of a system test"}
        shift 2
        set -- -pl itests -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false "-Dit.test=$name" \
            -Dfailsafe.failIfNoSpecifiedTests=false "$@" ;;
esac

if [ "$(id -u)" -ne 0 ]; then
    echo "verify.sh: the system tests run containers: start it as root" >&2
    exit 2
fi

# --- what the tests need ---------------------------------------------------------------------------------------------

# A package for each program that is not there. Services that packages bring are not started.
install_missing() {
    local missing=() program package
    while read -r program package; do
        case $program in
            /*) [ -e "$program" ] || missing+=("$package") ;;
            *) command -v "$program" >/dev/null || missing+=("$package") ;;
        esac
    done <<'LIST'
mvn maven
conmon conmon
crun crun
runc runc
nft nftables
ssh-agent openssh-client
firewalld firewalld
ip iproute2
ss iproute2
/bin/busybox busybox-static
skopeo skopeo
docker-registry docker-registry
htpasswd apache2-utils
dockerd docker.io
docker docker.io
docker-compose docker-compose
/usr/lib/python3/dist-packages/docker python3-docker
ansible-playbook ansible
curl curl
git git
script bsdutils
setpriv util-linux
apparmor_parser apparmor
nsenter util-linux
openssl openssl
zstd zstd
xz xz-utils
bzip2 bzip2
strace strace
mkfs.ext4 e2fsprogs
mkfs.xfs xfsprogs
mkfs.btrfs btrfs-progs
linux.uml user-mode-linux
cc gcc
make make
/usr/sbin/nginx nginx-light
/usr/lib/python3.11/zipfile.py python3
/usr/include/dlfcn.h libc6-dev
dmsetup dmsetup
thin_check thin-provisioning-tools
lvs lvm2
blkdiscard util-linux
python3 python3-minimal
debootstrap debootstrap
shellcheck shellcheck
getfattr attr
LIST
    if ! ls -d /usr/lib/jvm/*17*/bin/javac >/dev/null 2>&1; then
        missing+=(openjdk-17-jdk-headless)
    fi
    [ ${#missing[@]} -eq 0 ] && return
    say "installing ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "verify.sh: install these by hand, this machine has no apt-get: ${missing[*]}" >&2
        exit 2
    fi
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        made=yes
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}"
    if [ -n "$made" ]; then rm -f $policy; fi
}

# crun refuses a hybrid hierarchy while a v1 controller is not mounted (crun 1.8.1; Debian's cgroupfs-mount does this).
mounted=()
mount_controllers() {
    [ -d /sys/fs/cgroup/memory ] || return 0
    local name enabled
    while read -r name _ _ enabled; do
        case $name in \#*) continue ;; esac
        if [ "$enabled" = 1 ] && ! grep -q " /sys/fs/cgroup/[a-z_,]*\b$name\b[a-z_,]* " /proc/mounts; then
            mkdir -p "/sys/fs/cgroup/$name"
            if mount -t cgroup -o "$name" cgroup "/sys/fs/cgroup/$name" 2>/dev/null; then
                mounted+=("$name")
            else
                rmdir "/sys/fs/cgroup/$name"
            fi
        fi
    done </proc/cgroups
}

unmount_controllers() {
    local name
    for name in "${mounted[@]}"; do
        umount "/sys/fs/cgroup/$name" && rmdir "/sys/fs/cgroup/$name"
    done
}

work=$(mktemp -d /tmp/fvXXXXXX)
before=$work/before
after=$work/after
log=$work/log
trap 'rm -rf "$work"; unmount_controllers' EXIT
# Some plugins of Maven's leave temporary files.
mkdir "$work/maven"
export MAVEN_OPTS="${MAVEN_OPTS:-} -Djava.io.tmpdir=$work/maven"

install_missing
mount_controllers

JAVA_HOME=$(dirname "$(dirname "$(ls -d /usr/lib/jvm/*17*/bin/javac | head -n 1)")")
export JAVA_HOME

# A Java of 25 or newer, on which the engine must run too.
newer_java() {
    local java version
    for java in /usr/lib/jvm/*/bin/java; do
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "${java%/bin/java}/release" 2>/dev/null || true)
        if [ "${version:-0}" -ge 25 ]; then
            echo "$java"
            return
        fi
    done
}

newer=$(newer_java)
newer_words=()
if [ -n "$newer" ]; then newer_words=("-Dfelucca.newer.java=$newer"); fi

# --- the machine as it is --------------------------------------------------------------------------------------------

# What a test could leave behind, one thing a line.
machine_state() {
    cut -d' ' -f5 /proc/self/mountinfo | sed 's/^/mount /'
    find /sys/fs/cgroup -mindepth 1 -type d 2>/dev/null | sed 's/^/cgroup /'
    if [ -d /run/netns ]; then find /run/netns -mindepth 1 | sed 's/^/netns /'; fi
    ip -o link 2>/dev/null | awk '{print "link " $2}'
    nft list tables 2>/dev/null | sed 's/^/nft /'
    find /tmp /run /var/lib -mindepth 1 -maxdepth 1 -not -name 'hsperfdata_*' 2>/dev/null | sed 's/^/file /'
    # Ours by their words, or in a container: another pid namespace. The machine's own work is none of this.
    local proc line space own
    own=$(readlink /proc/self/ns/pid)
    for proc in /proc/[0-9]*; do
        line=$(tr '\0' ' ' <"$proc/cmdline" 2>/dev/null || true)
        space=$(readlink "$proc/ns/pid" 2>/dev/null || true)
        case $line in
            *conmon* | *crun* | *runc* | *dockerd* | *containerd* | *felucca*)
                echo "process ${proc#/proc/} $line" ;;
            *)
                if [ -n "$space" ] && [ "$space" != "$own" ]; then
                    echo "process ${proc#/proc/} $line"
                fi ;;
        esac
    done
}

machine_state | sort -u >"$before"
netns_there=no
if [ -d /run/netns ]; then netns_there=yes; fi
# Folders that dockerd, skopeo and crun make for themselves at their first start, whatever folders they are given.
made_by_others=()
for folder in /run/containerd /run/docker /run/crun /var/lib/containers; do
    [ -e $folder ] || made_by_others+=("$folder")
done

# --- build and test --------------------------------------------------------------------------------------------------

say "mvn -Pstyle verify on $("$JAVA_HOME/bin/java" -version 2>&1 | head -n 1)"
find . -type d \( -name surefire-reports -o -name failsafe-reports \) -path '*/target/*' -exec rm -rf {} +
# One failing test hides no other: all modules are tested, and the reports below decide.
built=0
# nohup, and a script's &, have signals ignored, which every child would inherit; the tests send them.
env --default-signal=HUP,INT,QUIT mvn -B -ntp -Pstyle -Dmaven.test.failure.ignore=true verify "${newer_words[@]}" "$@" \
    2>&1 | tee "$log" || built=1
if grep -aqE '^\[ERROR\].*(forked (VM|process)|in the fork)' "$log"; then built=1; fi

# --- nothing is left -------------------------------------------------------------------------------------------------

say "what is left on the machine"
# dockerd leaves the cgroups that held those of its containers. One that still holds any stays, and is told below.
machine_state | sort -u | comm -13 "$before" - | sed -n 's|^cgroup \(/.*/docker\)$|\1|p' |
    xargs -r rmdir --ignore-fail-on-non-empty 2>/dev/null || true
# The first "ip netns add" of a machine's life makes this folder and mounts it on itself.
if [ $netns_there = no ] && [ -d /run/netns ] && [ -z "$(ls -A /run/netns)" ]; then
    umount /run/netns 2>/dev/null || true
    rmdir /run/netns
fi
if [ ${#made_by_others[@]} -gt 0 ]; then rm -rf --one-file-system "${made_by_others[@]}"; fi
left=1
for _ in 1 2 3 4 5 6 7 8 9 10; do
    machine_state | sort -u >"$after"
    if [ -z "$(comm -13 "$before" "$after")" ]; then
        left=0
        break
    fi
    sleep 1
done
if [ $left -ne 0 ]; then
    comm -13 "$before" "$after"
else
    echo "nothing"
fi

# --- the numbers -----------------------------------------------------------------------------------------------------

say "tests"
if [ -n "$newer" ]; then
    echo "a set of the system tests once more with the engine on $newer"
else
    echo "NOT RUN: the system tests on Java 25, since none is under /usr/lib/jvm"
fi
# Each module's closing line of Surefire and Failsafe.
grep -aE 'Building Felucca|Building felucca|^\[(INFO|WARNING|ERROR)\] Tests run:.*[0-9]$' "$log" || true

find . \( -path '*/target/surefire-reports/TEST-*.xml' -o -path '*/target/failsafe-reports/TEST-*.xml' \
    -o -path '*/target/newer-java/failsafe-reports/TEST-*.xml' \) -print0 |
    xargs -0 -r grep -h -o -m 1 '<testsuite [^>]*>' |
    awk '
        function attribute(name,   at, rest) {
            at = match($0, " " name "=\"[0-9]+\"")
            rest = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
            return at ? rest + 0 : 0
        }
        {
            tests += attribute("tests"); failed += attribute("failures") + attribute("errors")
            skipped += attribute("skipped")
        }
        END { printf "%d skipped\n%d passed, %d failed\n", skipped, tests - failed - skipped, failed; exit failed > 0 }
    ' || built=1

if [ $built -ne 0 ] || [ $left -ne 0 ]; then
    [ $left -eq 0 ] || echo "verify.sh: something is left on the machine, see above" >&2
    exit 1
fi
