#!/bin/sh
# Speaks the protocol of Ryuk, Testcontainers' reaper: lines of filters, each answered by ACK; when the connection that
# brought them has ended, what has their labels is removed through the engine's socket at /var/run/docker.sock.
# Without a word it listens; called by nc it serves a connection, whose streams are its own.
notes=/tmp/notes

case "$1" in
serve)
    while IFS= read -r line; do
        # Percent and plus are those of a query; a pair a line.
        printf '%b\n' "$(printf '%s' "$line" | sed 's/+/ /g; s/&/\n/g; s/%/\\x/g')" >>$notes
        echo ACK
    done
    ;;
*)
    echo Started
    while [ ! -s $notes ]; do
        nc -l -p 8080 -e "$0-serve"
    done
    set --
    while IFS= read -r filter; do
        set -- "$@" --filter "$filter"
    done <$notes
    docker ps -aq "$@" | xargs -r docker rm -f -v
    docker network ls -q "$@" | xargs -r docker network rm
    docker volume ls -q "$@" | xargs -r docker volume rm -f
    docker images -q "$@" | xargs -r docker rmi -f
    ;;
esac
