#!/usr/bin/env bash
# Prints a table of what the engine costs, side by side with dockerd where that is installed. Medians; no test.
# Options of bench.py: -n short repetitions, --large long ones, --mib size of the import, --no-docker, --latency for the rows
# of followed lines, attaches and events only (latency.py).
# With --dockers first: the same docker command on both engines (dockers.py; its options are -n, --large, --only and --alone;
# --only builds is of Dockerfiles, dockerfiles.py).
# With --volumes first: what volumes cost (volumes.py; its options are -n, --large, --small, --mib, --files and --only).
# With --builds BEFORE first: this build beside another one, in turn (builds.py; its options are -n, --large, --mib and --only).
# With --storage first: what layers cost on a storage driver (StorageBench.java), after mvn package: --storage DRIVER FOLDER
# [OPTION=VALUE…], the folder for its layers; as --storage overlay2 /var/tmp/layers. Prefixed by $BENCH_PREFIX.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v python3 >/dev/null; then
    echo "bench: install python3" >&2
    exit 2
fi
echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), kernel $(uname -r), $(date -u +%F)"
if [ "${1:-}" = --dockers ]; then
    shift
    exec python3 dockers.py "$@"
fi
if [ "${1:-}" = --volumes ]; then
    shift
    exec python3 volumes.py "$@"
fi
if [ "${1:-}" = --builds ]; then
    shift
    exec python3 builds.py "$@"
fi
if [ "${1:-}" = --storage ]; then
    shift
    cd ..
    echo "| driver | prepare | prepare and mount | unpack 200 MiB | diff of 200 in 20,000, native | diff of 2,000, native |" \
        "diff of 200, generic | diff of 2,000, generic | remove | remove with 2,000 changes |"
    # shellcheck disable=SC2086
    exec ${BENCH_PREFIX:-} java -XX:+UseSerialGC \
        -cp "target/test-classes:$(printf '%s:' ../distribution/target/felucca/{bundles/*,drop-in}/*.jar)" \
        io.felucca.itests.storage.StorageBench "$@"
fi
exec python3 bench.py "$@"
