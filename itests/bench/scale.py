#!/usr/bin/env python3
"""Many containers: how the last start compares to the first, and what the engine and its answers have grown to.

scale.py [--count N] [--network none|user] [--limits]: N containers, on one network (a /16) or on none. Prints the first and
the last ten starts, `ps -a`, PSS and descriptors, kills the engine and starts it again. With --limits it fails where a figure
is beyond what docs/performance.md promises.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time

from felucca import Engine, busybox_tar, descriptors, pss_kib, status

LAST_TO_FIRST = 1.3
PS_MILLIS = 150
PSS_MIB = 160
# On a user's network the name service has a socket for UDP and one for TCP.
DESCRIPTORS = {"none": 0, "user": 2}
OTHERS = 20


def millis(work):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def cpu_millis(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def run(engine, prefix, count, network, failed):
    engine.start(prefix)
    engine.cli("import", busybox_tar(engine.folder), "busybox")
    options = ("--network", "none")
    if network == "user":
        engine.ok("network", "create", "--subnet", "10.98.0.0/16", "many")
        options = ("--network", "many")
    for _ in range(20):
        engine.ok("run", "--rm", *options, "busybox", "true")
    pid = engine.pid()
    before = descriptors(pid)
    starts, cpu = [], [cpu_millis(pid)]
    for number in range(count):
        starts.append(millis(lambda: engine.ok("run", "-d", *options, "busybox", "sleep", "100000")))
        cpu.append(cpu_millis(pid))
        if number % 100 == 99:
            print("%d containers, %.0f ms the last ten" % (number + 1, statistics.median(starts[-10:])), flush=True)
    first, last = statistics.median(starts[:10]), statistics.median(starts[-10:])
    print("first ten starts %.1f ms, last ten %.1f ms: %.2f" % (first, last, last / first))
    half = count // 2
    print("engine's processor time a start: %.1f ms in the first half, %.1f in the second"
          % ((cpu[half] - cpu[0]) / half, (cpu[count] - cpu[half]) / (count - half)))
    asked = min(millis(lambda: engine.ok("ps", "-a")) for _ in range(10))
    subprocess.run(["jcmd", str(pid), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pss = pss_kib(pid) / 1024
    more = descriptors(pid) - before
    print("ps -a %.1f ms, PSS %.1f MiB, %d threads, %.2f descriptors a container"
          % (asked, pss, status(pid, "Threads"), more / count))

    os.kill(pid, signal.SIGKILL)
    print("started again after a kill in %.1f s" % engine.start(prefix))
    running = len(engine.ok("ps", "-q").split())

    for holds, what in ((last <= LAST_TO_FIRST * first, "the last start is %.2f of the first" % (last / first)),
                        (asked <= PS_MILLIS, "ps -a takes %.0f ms" % asked),
                        (pss <= PSS_MIB, "PSS is %.0f MiB" % pss),
                        (more <= DESCRIPTORS[network] * count + OTHERS, "%d descriptors more" % more),
                        (running == count, "%d of %d run after a kill of the engine" % (running, count))):
        if not holds:
            failed.append("%d containers, network %s: %s" % (count, network, what))


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--count", type=int, default=1000)
    words.add_argument("--network", choices=sorted(DESCRIPTORS), default="user")
    words.add_argument("--limits", action="store_true")
    asked = words.parse_args()
    # The engine has a network of its own: nothing of it is on the machine's.
    holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up; echo; exec sleep infinity"],
                              stdout=subprocess.PIPE)
    holder.stdout.readline()
    engine = Engine()
    failed = []
    try:
        run(engine, ["nsenter", "--net=/proc/%d/ns/net" % holder.pid], asked.count, asked.network, failed)
    finally:
        engine.remove()
        holder.kill()
        holder.wait()
    for line in failed:
        print(("FAILED " if asked.limits else "beyond the aim: ") + line)
    return 1 if failed and asked.limits else 0


if __name__ == "__main__":
    sys.exit(main())
