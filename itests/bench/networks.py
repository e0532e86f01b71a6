"""Rows about networks: the same docker command on both engines, each in a network namespace of its own with a machine
of a local network beside it.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.abspath(__file__)
RUN = ("run", "--rm")
KINDS = (
    ("run --rm --network none busybox true", "5", ("--network", "none")),
    ("run --rm busybox true", "5", ()),
    ("run --rm -p 127.0.0.1::80 busybox true", "6", ("-p", "127.0.0.1::80")),
)
GIB = 1 << 30
ADDRESS = "10.99.0.1"


class Host:
    """A network namespace for an engine, and one for a machine that reaches it at ADDRESS."""

    def __init__(self):
        # A process holds each, so that no name of them is left on the machine.
        self.holders = [subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE)
                        for _ in range(2)]
        for holder in self.holders:
            holder.stdout.readline()
        lan = str(self.holders[1].pid)
        self.run(0, "ip link set lo up; ip link add lan0 type veth peer name eth0 netns %s; ip addr add %s/24 dev lan0; "
                    "ip link set lan0 up" % (lan, ADDRESS))
        self.run(1, "ip link set lo up; ip addr add 10.99.0.2/24 dev eth0; ip link set eth0 up")

    def enter(self, which):
        return ["nsenter", "--net=/proc/%d/ns/net" % self.holders[which].pid]

    def run(self, which, script):
        subprocess.run(self.enter(which) + ["sh", "-c", script], check=True)

    def close(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()


class Peer:
    """A server in a container's namespace: takes bytes and connections as fast as it can."""

    def __init__(self, engine, docker, name, *options):
        docker(engine, "run", "-d", "--name", name, *options, "busybox", "sleep", "100000")
        told = json.loads(docker(engine, "inspect", name))[0]
        pid = told["State"]["Pid"]
        self.port = int(next(iter(told["NetworkSettings"]["Ports"].values()))[0]["HostPort"])
        self.process = subprocess.Popen(["nsenter", "--net=/proc/%d/ns/net" % pid, sys.executable, HERE, "serve"],
                                        stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def close(self):
        self.process.kill()
        self.process.wait()


def client(engine, which, *words):
    """Seconds of work by a client in one of the engine's namespaces."""
    words = [str(word) for word in words]
    return float(subprocess.run(engine.network.enter(which) + [sys.executable, HERE] + words, stdout=subprocess.PIPE,
                                check=True).stdout)


def drawn(engines):
    """All of them, by lot: the second finds the machine as the first has left it."""
    return random.sample(engines, len(engines))


def in_turn(engines, works, count, docker):
    """Milliseconds of each work on each engine, all in turn."""
    times = {(what, engine.name): [] for what in works for engine in engines}
    for number in range(count + 3):
        for what, words in works.items():
            for engine in drawn(engines):
                begin = time.perf_counter()
                docker(engine, *words)
                if number >= 3:
                    times[what, engine.name].append((time.perf_counter() - begin) * 1000)
    return times


def start(bench, docker):
    """What one start costs, and what a network adds to it."""
    engines = bench.engines
    for engine in engines:
        for _ in range(20):
            docker(engine, *RUN, *KINDS[2][2], "busybox", "true")
    times = in_turn(engines, {kind[0]: RUN + kind[2] + ("busybox", "true") for kind in KINDS}, bench.short, docker)
    for what, aim, _ in KINDS:
        bench.told(what, aim, *(statistics.median(times[what, engine.name]) for engine in engines))
    none, bridge, port = (kind[0] for kind in KINDS)
    for what, more, aim in (("what the bridge adds to a run", bridge, "8 ms"), ("what a port adds to it", port, "")):
        bench.told(what, aim, *(statistics.median(a - b for a, b in zip(times[more, engine.name], times[none, engine.name]))
                                for engine in engines))


def many(bench, docker):
    """40 starts on the bridge, 8 at a time."""
    starts = {engine.name: [] for engine in bench.engines}
    for _ in range(bench.long):
        for engine in drawn(bench.engines):
            with ThreadPoolExecutor(8) as eight:
                begin = time.perf_counter()
                list(eight.map(lambda n: docker(engine, "run", "-d", "--name", "many%d" % n, "busybox", "sleep", "100000"),
                               range(40)))
                starts[engine.name].append((time.perf_counter() - begin) * 1000)
                list(eight.map(lambda n: docker(engine, "rm", "-f", "many%d" % n), range(40)))
    bench.told("40 starts on the bridge, 8 at a time", "6", *(statistics.median(starts[engine.name]) for engine in bench.engines))


def traffic(bench, docker):
    """Bytes and connections through published ports."""
    peers = [Peer(engine, docker, "peer", "-p", "80:80") for engine in bench.engines]
    try:
        # More is better here: the ratio is turned round by giving times.
        for what, aim, which, words in (
                ("4 GiB to a published port, from the local network", "1", 1, ("send", ADDRESS, 80, 4 * GIB)),
                ("2,000 connections to it from the local network", "", 1, ("connect", ADDRESS, 80, 2000)),
                ("4 GiB to a published port of 127.0.0.1", "1", 0, ("send", "127.0.0.1", 80, 4 * GIB)),
                ("2,000 connections to it", "1.5", 0, ("connect", "127.0.0.1", 80, 2000))):
            times = {engine.name: [] for engine in bench.engines}
            for _ in range(max(3, bench.long)):
                for engine in drawn(bench.engines):
                    times[engine.name].append(client(engine, which, *words) * 1000)
            bench.told(what, aim, *(statistics.median(times[engine.name]) for engine in bench.engines))
    finally:
        for peer in peers:
            peer.close()
        for engine in bench.engines:
            docker(engine, "rm", "-f", "peer")


def ranges(bench, docker):
    """What does not grow: with the length of a range, with what is published, with the containers there are. Felucca alone."""
    ours = bench.engines[:1]
    engine = ours[0]
    one, thousand, shifted = "run -d with one port", "the same with a range of 1,000", "the same with 1,000 other ports inside"
    words = {one: "7000:80", thousand: "7000-7999:7000-7999", shifted: "7000-7999:1000-1999"}
    times = {what: [] for what in words}
    ends = {what: [] for what in words}
    for number in range(bench.short + 5):
        for what, port in words.items():
            begin = time.perf_counter()
            docker(engine, "run", "-d", "--name", "range", "-p", port, "busybox", "sleep", "100000")
            middle = time.perf_counter()
            docker(engine, "rm", "-f", "range")
            if number >= 5:
                times[what].append((middle - begin) * 1000)
                ends[what].append((time.perf_counter() - middle) * 1000)
    for what in words:
        bench.told(what, "" if what == one else "+10 ms", statistics.median(times[what]))
        bench.told("its removal", "", statistics.median(ends[what]))

    def cost(what):
        done = in_turn(ours, {what: RUN + ("-p", "127.0.0.1::80", "busybox", "true")}, bench.short, docker)
        bench.told(what, "as before", statistics.median(done[what, engine.name]))

    cost("run --rm -p, 0 ports published")
    for number in range(10):
        docker(engine, "run", "-d", "--name", "ports%d" % number, "-p",
               "%d-%d:1000-1999" % (10000 + 1000 * number, 10999 + 1000 * number), "busybox", "sleep", "100000")
    cost("run --rm -p, 10,000 ports published")
    docker(engine, "rm", "-f", *("ports%d" % number for number in range(10)))
    cost("run --rm -p, none again")


def containers(bench, docker):
    """The 300th container beside the 10th. Felucca alone."""
    engine = bench.engines[0]
    starts, stops = [], []

    def begin(number):
        at = time.perf_counter()
        docker(engine, "run", "-d", "--name", "c%d" % number, "-p", "127.0.0.1::80", "busybox", "sleep", "100000")
        return (time.perf_counter() - at) * 1000

    def end(number):
        at = time.perf_counter()
        docker(engine, "rm", "-f", "c%d" % number)
        return (time.perf_counter() - at) * 1000

    for around in (10, 300):
        for number in range(around - 10):
            if not docker(engine, "ps", "-aq", "--filter", "name=^/c%d$" % number):
                begin(number)
        for _ in range(3):
            rounds = [begin(number) for number in range(around - 10, around)]
            starts.append((around, rounds))
            stops.append((around, [end(number) for number in range(around - 10, around)]))
    for what, seen in (("start", starts), ("removal", stops)):
        for around in (10, 300):
            times = [t for at, each in seen if at == around for t in each]
            bench.told("%s of the %dth container" % (what, around), "the same", statistics.median(times))
    names = ["c%d" % number for number in range(290)]
    for at in range(0, len(names), 50):
        docker(engine, "rm", "-f", *names[at:at + 50])


GROUPS = {"start": start, "starts": many, "traffic": traffic, "ranges": ranges, "containers300": containers}


def serve():
    """Port 80: what comes is thrown away; at most one connection of many bytes at a time, any number of short ones."""
    import socket
    import threading
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", 80))
    server.listen(4096)
    print(flush=True)

    def take(connection):
        buffer = bytearray(1 << 20)
        while connection.recv_into(buffer):
            pass
        connection.sendall(b"x")
        connection.close()

    while True:
        connection, _ = server.accept()
        if connection.recv(1) == b"c":
            connection.close()
        else:
            threading.Thread(target=take, args=(connection,), daemon=True).start()


def send(address, port, count):
    import socket
    with socket.create_connection((address, int(port))) as s:
        block, left = bytes(1 << 20), int(count)
        begin = time.perf_counter()
        while left > 0:
            s.sendall(block)
            left -= len(block)
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        print(time.perf_counter() - begin)


def connect(address, port, count):
    """Connections one after the other, each with a byte, until the other side has closed."""
    import socket
    begin = time.perf_counter()
    for _ in range(int(count)):
        with socket.create_connection((address, int(port))) as s:
            s.sendall(b"c")
            s.recv(1)
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    {"serve": serve, "send": send, "connect": connect}[sys.argv[1]](*sys.argv[2:])
