"""This build beside another one: each work on both in turn, so that a busy machine is busy for both. See run.sh."""

import argparse
import os
import statistics
import subprocess
import time

from felucca import Engine, HOME, busybox_tar, pss_kib

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("before", help="the folder of the other build, such as .../distribution/target/felucca")
parser.add_argument("-n", type=int, default=25, help="rounds of short work")
parser.add_argument("--large", type=int, default=5, help="rounds of long work")
parser.add_argument("--mib", type=int, default=100, help="size of the large image")
parser.add_argument("--only", default="", help="only works whose name has this word")
arguments = parser.parse_args()


class Build:
    """An engine of a build, in a network namespace of its own."""

    def __init__(self, home):
        self.holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up; echo; exec sleep infinity"],
                                       stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        self.prefix = ["nsenter", "--net=/proc/%d/ns/net" % self.holder.pid]
        self.engine = Engine(home)
        self.engine.start(self.prefix)
        self.engine.cli("import", busybox_tar(self.engine.folder), "busybox")
        self.large = busybox_tar(self.engine.folder, arguments.mib << 20)
        self.engine.ok("network", "create", "--subnet", "10.98.0.0/16", "users")
        self.engine.ok("volume", "create", "kept")

    def file(self, name):
        return os.path.join(self.engine.folder, name)

    def run(self, *options):
        self.engine.ok("run", "--rm", *options, "busybox", "true")

    def restart(self):
        self.engine.stop()
        return self.engine.start(self.prefix)

    def close(self):
        self.engine.remove()
        self.holder.kill()
        self.holder.wait()


def made(build):
    build.engine.ok("run", "-d", "--name", "served", "--network", "none", "busybox", "sh", "-c",
                    "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; exec sleep 100000")
    for number in range(20):
        build.engine.ok("run", "-d", "--name", "idle%d" % number, "--network", "none", "busybox", "sleep", "100000")
    build.engine.cli("import", build.large, "large")
    build.engine.ok("create", "--name", "full", "large", "true")
    build.engine.ok("run", "--name", "changed", "--network", "none", "busybox", "sh", "-c",
                    "i=0; while [ $i -lt 500 ]; do echo $i >/tmp/f$i; i=$((i+1)); done")


SHORT = {
    "run --network none": lambda build: build.run("--network", "none"),
    "run --network host": lambda build: build.run("--network", "host"),
    "run": lambda build: build.run(),
    "run --network users": lambda build: build.run("--network", "users"),
    "run -p": lambda build: build.run("-p", "127.0.0.1::80"),
    "run -p, udp": lambda build: build.run("-p", "127.0.0.1::80/udp"),
    "run -v": lambda build: build.run("--network", "none", "-v", "kept:/kept"),
    "exec": lambda build: build.engine.ok("exec", "served", "true"),
    "restart -t 0": lambda build: build.engine.ok("restart", "-t", "0", "idle0"),
    "ps -a, 23 containers": lambda build: build.engine.ok("ps", "-a"),
    "inspect": lambda build: build.engine.ok("inspect", "served"),
    "images": lambda build: build.engine.ok("images"),
    "logs, 2,000 lines": lambda build: build.engine.ok("logs", "served"),
    "diff, 500 changes": lambda build: build.engine.ok("diff", "changed"),
    "version, the program": lambda build: build.engine.cli("version"),
}
LARGE = {
    "import": lambda build: build.engine.cli("import", build.large, "again"),
    "export": lambda build: build.engine.cli("export", "-o", build.file("exported"), "full"),
    "save": lambda build: build.engine.cli("save", "-o", build.file("saved"), "large"),
    "load": lambda build: build.engine.cli("load", "-i", build.file("saved")),
    "commit": lambda build: build.engine.ok("commit", "changed", "committed"),
    "cp out": lambda build: build.engine.cli("cp", "full:/tmp", build.file("copied")),
}


def seconds(work, build):
    begin = time.perf_counter()
    work(build)
    return time.perf_counter() - begin


def quarter(values):
    """What a quarter of them are below: of a machine that others use, it says more than the middle."""
    return statistics.quantiles(values, n=4, method="inclusive")[0] if len(values) > 1 else values[0]


def row(what, before, now, unit, scale):
    print("| %s | %.1f | %.1f | %s | %.2f | %.2f |"
          % (what, quarter(before) * scale, quarter(now) * scale, unit, quarter(now) / quarter(before),
             statistics.median(now) / statistics.median(before)), flush=True)


def compare(works, rounds, builds):
    for name, work in works.items():
        if arguments.only not in name:
            continue
        for build in builds:
            work(build)
        times = ([], [])
        for number in range(rounds):
            for which in (0, 1) if number % 2 else (1, 0):
                times[which].append(seconds(work, builds[which]))
        row(name, times[0], times[1], "ms", 1000)


def main():
    builds = []
    try:
        for home in (arguments.before, HOME):
            builds.append(Build(home))
        print("| Work | before | now | | now to before | medians |\n|---|---|---|---|---|---|")
        if arguments.only in "idle memory":
            for build in builds:
                build.restart()
            time.sleep(30)
            row("idle memory", *[[pss_kib(build.engine.pid()) / 1024] for build in builds], "MiB", 1)
        if arguments.only in "warm start":
            times = ([], [])
            for number in range(arguments.large):
                for which in (0, 1) if number % 2 else (1, 0):
                    times[which].append(builds[which].restart())
            row("warm start", times[0], times[1], "ms", 1000)
        for build in builds:
            made(build)
            for _ in range(30):
                build.run("--network", "none")
        compare(SHORT, arguments.n, builds)
        compare(LARGE, arguments.large, builds)
    finally:
        for build in builds:
            build.close()


main()
