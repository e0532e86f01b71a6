"""The same work by the same docker CLI on felucca and on dockerd, in turn.

Prints each median and dockerd's time over felucca's.
"""

import argparse
import itertools
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import dockerfiles
import networks
import registries
from felucca import Engine, FELUCCA, busybox_tar, processes, pss_kib
from replay import Replay

OTHER_GROUPS = {**dockerfiles.GROUPS, **networks.GROUPS, **registries.GROUPS}
ENVIRONMENT = dict(os.environ, DOCKER_API_VERSION="1.41")


class Felucca(Engine):
    name = "felucca"

    def __init__(self):
        super().__init__()
        self.host = "unix://" + self.socket
        self.network = networks.Host()
        self.start(self.network.enter(0))

    def remove(self):
        super().remove()
        self.network.close()

    def pss_kib(self):
        return sum(pss_kib(pid) for pid in {self.pid(), *(p for p in processes(self.folder + "/") if is_program(p, "conmon"))})


class Dockerd:
    """In a mount namespace of its own, as its containers' mounts are to go with it."""

    name = "dockerd"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="fbd", dir="/tmp")
        self.host = "unix://" + self.folder + "/s"
        self.network = networks.Host()
        script = ("export TMPDIR=%s; exec dockerd --data-root %s/d --exec-root %s/x -H %s --pidfile %s/p "
                  "--storage-driver overlay2" % (self.folder, self.folder, self.folder, self.host, self.folder))
        self.log = open(self.folder + "/log", "w")
        self.process = subprocess.Popen(self.network.enter(0) + ["unshare", "-m", "sh", "-c", script], stdout=self.log,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        end = time.time() + 60
        while subprocess.run(["docker", "-H", self.host, "version"], env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL).returncode:
            if time.time() > end:
                raise RuntimeError("dockerd did not start: see " + self.folder + "/log")
            time.sleep(0.1)

    def pss_kib(self):
        return sum(pss_kib(pid) for pid in set(processes(self.folder + "/")))

    def remove(self):
        names = docker(self, "ps", "-aq").split()
        if names:
            docker(self, "rm", "-f", *names)
        self.process.terminate()
        self.process.wait(60)
        self.network.close()
        self.log.close()
        subprocess.run(["rm", "-rf", "--one-file-system", self.folder], check=False)


def is_program(pid, name):
    try:
        with open("/proc/%d/comm" % pid) as f:
            return f.read().strip() == name
    except OSError:
        return False


def docker(engine, *words, **more):
    more.setdefault("stdout", subprocess.PIPE)
    done = subprocess.run(["docker", "-H", engine.host, *words], env=ENVIRONMENT, stderr=subprocess.PIPE, **more)
    if done.returncode:
        raise RuntimeError("%s: docker %s: %s" % (engine.name, " ".join(words), done.stderr.decode()))
    return done.stdout.decode() if done.stdout else ""


def shell(engine, container, script):
    """Has a container that ended run a script, and waits."""
    docker(engine, "run", "--name", container, "--network", "none", "busybox", "sh", "-c", script)


class Bench:

    def __init__(self, engines, folder, short, long, alone):
        self.engines, self.folder, self.short, self.long, self.alone = engines, folder, short, long, alone
        self.rows = []

    def command_alone(self, work, before, count):
        """What the command takes with answers from memory."""
        replay = Replay(self.engines[0])
        times = []
        try:
            for number in range(count + 1):
                before(replay)
                begin = time.perf_counter()
                work(replay)
                # The first is recorded.
                if number:
                    times.append((time.perf_counter() - begin) * 1000)
        finally:
            replay.close()
        return statistics.median(times)

    def row(self, what, aim, work, count, before=lambda engine: None, played=False):
        """Times work on each engine in turn, so that what else the machine does hits both."""
        times = {engine.name: [] for engine in self.engines}
        try:
            # Engines are warm: what a JVM compiles, it has compiled.
            for engine in self.engines * (20 if count == self.short else 1):
                before(engine)
                work(engine)
            for _ in range(count):
                for engine in self.engines:
                    before(engine)
                    begin = time.perf_counter()
                    work(engine)
                    times[engine.name].append((time.perf_counter() - begin) * 1000)
        except RuntimeError as e:
            print("  %s: %s" % (what, e), flush=True)
            return
        self.told(what, aim, *(statistics.median(times[engine.name]) for engine in self.engines),
                  alone=self.command_alone(work, before, count) if self.alone and played else None)

    def told(self, what, aim, ours, theirs=None, unit="ms", alone=None):
        ratio = "%.2f" % (theirs / ours) if theirs else ""
        self.rows.append((what, "%.0f" % ours, "%.0f" % theirs if theirs else "", unit, ratio,
                          "%.0f" % alone if alone else "", "%.1f" % (theirs / alone) if alone else "", aim))
        print("  " + " | ".join(self.rows[-1]), flush=True)

    def containers(self):
        run = ("run", "--rm", "--network")
        for engine in self.engines:
            for _ in range(10):
                docker(engine, *run, "none", "busybox", "true")
        self.row("run --rm --network host busybox true", "3",
                 lambda e: docker(e, *run, "host", "busybox", "true"), self.short,
                 played=True)
        self.row("run --rm --network none busybox true", "5",
                 lambda e: docker(e, *run, "none", "busybox", "true"), self.short,
                 played=True)
        for engine in self.engines:
            docker(engine, "run", "-d", "--name", "idle", "--network", "none", "busybox", "sleep", "100000")
        self.row("exec true", "2.5", lambda e: docker(e, "exec", "idle", "true"), self.short, played=True)

    def files(self):
        for engine in self.engines:
            shell(engine, "changed", "mkdir /d && i=0; while [ $i -lt 2000 ]; do echo $i >/d/$i; i=$((i+1)); done")
            shell(engine, "large", "i=0; while [ $i -lt 20 ]; do dd if=/dev/urandom of=/f$i bs=1M count=4 2>/dev/null; i=$((i+1)); done")
            shell(engine, "larger", "i=0; while [ $i -lt 70 ]; do dd if=/dev/urandom of=/f$i bs=1M count=4 2>/dev/null; i=$((i+1)); done")
            shell(engine, "mixed", "mkdir /d && i=0; while [ $i -lt 2000 ]; do dd if=/dev/urandom of=/d/$i bs=16k count=2 2>/dev/null; i=$((i+1)); done")
        self.row("diff of 2,000 files", "7", lambda e: docker(e, "diff", "changed"), self.short, played=True)
        self.row("commit of 80 MB", "3", lambda e: docker(e, "commit", "large", "committed"), self.long,
                 lambda e: forget(e, "committed"))
        self.row("export of 280 MB", "3", lambda e: docker(e, "export", "larger", stdout=subprocess.DEVNULL), self.long, played=True)
        # The command's own files are in memory: ext4 without a journal looks longer for inodes than engines work.
        targets, copies = itertools.count(), itertools.count()
        with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
            self.row("cp of 2,000 files, 64 MB, out", "2",
                     lambda e: docker(e, "cp", "mixed:/d", "%s/copied%d" % (memory, next(targets))), self.long, played=True)
            self.row("cp of the same, in", "2.8",
                     lambda e: docker(e, "cp", memory + "/copied0", "changed:/in%d" % next(copies)), self.long, played=True)
        for engine in self.engines:
            docker(engine, "rm", "-f", "changed", "large", "larger", "mixed")

    def images(self, tar):
        saved = self.folder + "/saved.tar"
        self.row("import of 200 MB", "4", lambda e: docker(e, "import", tar, "imported"), self.long,
                 lambda e: forget(e, "imported"), played=True)
        self.row("save of it", "5", lambda e: docker(e, "save", "-o", saved, "imported"), self.long, played=True)
        self.row("load of it", "4", lambda e: docker(e, "load", "-i", saved), self.long, lambda e: forget(e, "imported"),
                 played=True)
        for engine in self.engines:
            forget(engine, "imported")

    def logs(self):
        for engine in self.engines:
            shell(engine, "talker", "yes 0123456789012345678901234567890123456789012345678 | head -n 520000")
        self.row("logs of 26 MB", "2", lambda e: docker(e, "logs", "talker", stdout=subprocess.DEVNULL), self.long)
        for engine in self.engines:
            docker(engine, "rm", "-f", "talker")

    def many(self):
        starts, removals, memory = [], [], []
        for engine in self.engines:
            with ThreadPoolExecutor(8) as eight:
                begin = time.perf_counter()
                list(eight.map(lambda n: docker(engine, "run", "-d", "--name", "many%d" % n, "--network", "none", "busybox",
                                                "sleep", "100000"), range(40)))
                starts.append((time.perf_counter() - begin) * 1000)
            time.sleep(12)
            memory.append(engine.pss_kib() / 1024)
        self.told("40 starts, 8 at a time", "6", *starts)
        self.told("PSS with 40 containers, monitors included", "", *memory, unit="MiB")
        self.row("ps -a with 40 containers", "1.3", lambda e: docker(e, "ps", "-a"), self.short, played=True)
        for engine in self.engines:
            with ThreadPoolExecutor(8) as eight:
                begin = time.perf_counter()
                list(eight.map(lambda n: docker(engine, "rm", "-f", "many%d" % n), range(40)))
                removals.append((time.perf_counter() - begin) * 1000)
        self.told("their removal, 8 at a time", "6", *removals)

    def table(self):
        head = ("work", "felucca", "dockerd", "unit", "ratio", "alone", "at most", "aim")
        width = [max(len(line[i]) for line in self.rows + [head]) for i in range(len(head))]
        print("\n| " + " | ".join(h.ljust(w) for h, w in zip(head, width)) + " |")
        print("|" + "|".join("-" * (w + 2) for w in width) + "|")
        for line in self.rows:
            print("| " + " | ".join(cell.ljust(w) for cell, w in zip(line, width)) + " |")


def forget(engine, name):
    subprocess.run(["docker", "-H", engine.host, "rmi", "-f", name], env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=15, help="repetitions of short work")
    parser.add_argument("--large", type=int, default=5, help="repetitions of long work")
    parser.add_argument("--only", default="containers,files,images,logs,many",
                        help="which groups; of networks " + ",".join(networks.GROUPS) + "; of registries registry; of Dockerfiles builds")
    parser.add_argument("--alone", action="store_true", help="also what the command takes with answers from memory")
    arguments = parser.parse_args()
    # Ended from outside, it takes its engines with it all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="fbw", dir="/tmp")
    engines = []
    try:
        small, large = busybox_tar(folder), busybox_tar(folder, 200 << 20)
        for kind in (Felucca, Dockerd):
            engines.append(kind())
        for engine in engines:
            docker(engine, "import", small, "busybox")
        bench = Bench(engines, folder, arguments.n, arguments.large, arguments.alone)
        for group in arguments.only.split(","):
            if group in OTHER_GROUPS:
                OTHER_GROUPS[group](bench, docker)
            else:
                getattr(bench, group)(*([large] if group == "images" else []))
        bench.table()
    finally:
        for engine in engines:
            engine.remove()
        subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)


if __name__ == "__main__":
    if os.geteuid() or not os.path.exists(FELUCCA) or not shutil.which("dockerd"):
        sys.exit("bench: as root, with docker and dockerd, after mvn package")
    main()
