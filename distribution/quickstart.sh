#!/bin/sh
# From a fresh Debian or Fedora machine to a running container: installs what is missing, builds Felucca, starts the
# engine, makes an image of the machine's own busybox and runs a container of it. A second run does only what is
# missing. Words given here are options of the engine (see `felucca engine --help`); with -H set FELUCCA_HOST as well.
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
root=${here%/*}
home=$here/target/felucca
felucca=$home/bin/felucca
stamp=$here/target/quickstart.stamp
work=

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

clean() {
  if [ -n "$work" ]; then
    rm -rf -- "$work"
  fi
}
trap clean EXIT

# javac 17 or newer: a Java runtime alone cannot build.
have_jdk() {
  have javac && [ "$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null
}

static_busybox() {
  for candidate in /bin/busybox /usr/bin/busybox /sbin/busybox /usr/sbin/busybox; do
    if [ -x "$candidate" ] && ! ldd "$candidate" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
}

# Prints the packages that are missing, in Debian's names.
missing() {
  have_jdk || echo jdk
  have mvn || echo maven
  have crun || have runc || echo crun
  have conmon || echo conmon
  have ip || echo iproute2
  [ -n "$(static_busybox)" ] || echo busybox-static
}

install() {
  if have apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    packages=
    for package in "$@"; do
      if [ "$package" = jdk ]; then
        package=openjdk-17-jdk-headless
        apt-cache show "$package" >/dev/null 2>&1 || package=default-jdk-headless
      fi
      packages="$packages $package"
    done
    # shellcheck disable=SC2086 # packages are words
    apt-get install -q -y --no-install-recommends $packages
  elif have dnf; then
    packages=
    for package in "$@"; do
      case $package in
        jdk)
          package=java-17-openjdk-devel
          dnf -q list "$package" >/dev/null 2>&1 || package=java-latest-openjdk-devel
          ;;
        iproute2) package=iproute ;;
        busybox-static) package=busybox ;;
      esac
      packages="$packages $package"
    done
    # shellcheck disable=SC2086
    dnf install -y --setopt=install_weak_deps=False $packages
  else
    fail "neither apt-get nor dnf is here: install these yourself: $*"
  fi
}

is_built() {
  [ -e "$stamp" ] && [ -x "$felucca" ] \
    && [ -z "$(find "$root/pom.xml" "$root/bundles" "$root/drivers" "$here/pom.xml" "$here/src" \
      -name target -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}

make_rootfs() {
  rootfs=$1
  mkdir -p "$rootfs/bin" "$rootfs/etc" "$rootfs/root" "$rootfs/tmp" "$rootfs/var" "$rootfs/home" \
    "$rootfs/proc" "$rootfs/sys" "$rootfs/dev"
  chmod 0700 "$rootfs/root"
  chmod 1777 "$rootfs/tmp"
  cp -- "$(static_busybox)" "$rootfs/bin/busybox"
  chmod 0755 "$rootfs/bin/busybox"
  "$rootfs/bin/busybox" --list-full | while read -r applet; do
    mkdir -p "$rootfs/${applet%/*}"
    [ -e "$rootfs/$applet" ] || ln -s /bin/busybox "$rootfs/$applet"
  done
  cat >"$rootfs/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
END
  cat >"$rootfs/etc/group" <<'END'
root:x:0:
daemon:x:1:
nogroup:x:65534:
END
}

[ "$(id -u)" = 0 ] || fail "the engine needs root: run this as root (sudo $0)"

packages=$(missing)
if [ -n "$packages" ]; then
  say "installing: $(echo "$packages" | tr '\n' ' ')"
  # shellcheck disable=SC2086
  install $packages
  packages=$(missing)
  [ -z "$packages" ] || fail "still missing after the installation: $(echo "$packages" | tr '\n' ' ')"
fi

# crun refuses a machine on which cgroup v1 and v2 share the controllers (crun 1.8.1): what v2 has left is mounted as v1,
# as Debian's cgroupfs-mount does. Where that cannot be, runc does the work.
if have crun && [ -s /sys/fs/cgroup/unified/cgroup.controllers ]; then
  for controller in $(cat /sys/fs/cgroup/unified/cgroup.controllers); do
    say "mounting the cgroup controller $controller for crun (umount /sys/fs/cgroup/$controller undoes it)"
    mkdir -p "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || {
      rmdir "/sys/fs/cgroup/$controller"
      have runc || install runc
    }
  done
fi

if ! is_built; then
  say "building Felucca (the first time Maven fetches what it needs)"
  mkdir -p "$here/target"
  touch "$stamp.new" # before the build: what changes during it is newer
  (cd "$root" && mvn -q -B -Dstyle.color=never -DskipTests package -pl distribution -am)
  mv "$stamp.new" "$stamp"
  if "$felucca" version >/dev/null 2>&1; then
    say "the engine that runs is of an older build: starting it anew, containers running on"
    "$felucca" engine --stop "$@"
  fi
fi

if ! "$felucca" version >/dev/null 2>&1; then
  say "starting the engine"
  "$felucca" engine --detach "$@"
fi

if [ -z "$("$felucca" images -q busybox)" ]; then
  say "importing an image of $(static_busybox)"
  work=$(mktemp -d)
  make_rootfs "$work/rootfs"
  tar -C "$work/rootfs" --numeric-owner --owner=0 --group=0 -c . \
    | "$felucca" import -c 'CMD ["sh"]' -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' - busybox
fi

say "felucca run --rm busybox echo …"
"$felucca" run --rm busybox echo "Hello from a container of Felucca"

cat <<END

The engine runs. The command is
  $felucca
Stop the engine (containers run on) with
  $felucca engine --stop${*:+ $*}
END
