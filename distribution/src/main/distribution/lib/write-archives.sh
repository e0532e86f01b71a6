#!/bin/sh
# Writes the class-data archives by which the engine and the felucca program start faster, for the Java that
# bin/felucca finds: runs an engine on roots of its own, a command, and a container of an image made of busybox as far as
# that goes here, and keeps the classes that they loaded.
# The build calls it; after a change of Java it may be called again, as root. Without archives all works, more slowly.
set -eu
lib=$(cd -- "${0%/*}" && pwd -P)
felucca=$lib/../bin/felucca
work=$(mktemp -d /tmp/felucca-archives.XXXXXX)
engine="engine --data-root $work/data --exec-root $work/exec --pidfile $work/pid -H unix://$work/sock"
end() {
  # shellcheck disable=SC2086
  "$felucca" $engine --stop
  rm -rf -- "$work"
}
trap end EXIT
rm -f -- "$lib"/*.jsa
export FELUCCA_WRITE_ARCHIVE=1
# shellcheck disable=SC2086
"$felucca" $engine --deploy-root "$work/none" --detach
"$felucca" -H "unix://$work/sock" version >/dev/null || true
unset FELUCCA_WRITE_ARCHIVE
mkdir -p "$work/root/bin"
cp -- "$(command -v busybox || echo /bin/true)" "$work/root/bin/busybox"
tar -C "$work/root" -c . | "$felucca" -H "unix://$work/sock" import - busybox >/dev/null 2>&1 || true
"$felucca" -H "unix://$work/sock" run --rm --network none busybox /bin/busybox true >/dev/null 2>&1 || true
