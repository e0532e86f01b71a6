"""Prints the table of docs/performance.md. See run.sh."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import latency
from felucca import (Engine, FELUCCA, busybox_tar, command, descriptors, processes, pss_kib, status)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("-n", type=int, default=25, help="repetitions of short work")
parser.add_argument("--large", type=int, default=5, help="repetitions of long work")
parser.add_argument("--mib", type=int, default=200, help="size of the root filesystem that is imported")
parser.add_argument("--latency", action="store_true", help="only what the way of a line and an event takes")
parser.add_argument("--no-docker", action="store_true", help="leave dockerd out")
arguments = parser.parse_args()

rows = []


def milliseconds(work, count, before=lambda: None):
    times = []
    for _ in range(count):
        before()
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return times


def median(times):
    return statistics.median(times)


def row(what, felucca, unit, docker=None, aim=""):
    ratio = "%.2f" % (docker / felucca) if docker and felucca else ""
    digits = 2 if felucca < 5 and unit == "ms" else 1
    rows.append((what, "%.*f" % (digits, felucca), "%.*f" % (digits, docker) if docker else "", ratio, unit, aim))
    print("  " + " | ".join(rows[-1]), flush=True)


def quiet(words, **more):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **more)


class Docker:
    """dockerd in a network namespace of its own, so that its firewall is no part of the measure."""

    def __init__(self, folder):
        self.folder = folder
        self.host = "unix://" + folder + "/s"
        script = ("ip link set lo up; export TMPDIR=%s; exec dockerd --data-root %s/d --exec-root %s/x -H %s --pidfile %s/p "
                  "--storage-driver overlay2" % (folder, folder, folder, self.host, folder))
        self.log = open(folder + "/log", "w")
        self.process = subprocess.Popen(["unshare", "-n", "-m", "sh", "-c", script], stdout=self.log,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        for _ in range(300):
            if subprocess.run(self.words("version"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("dockerd did not start: see " + folder + "/log")

    def words(self, *words):
        return ["docker", "-H", self.host] + list(words)

    def run(self, *words):
        quiet(self.words(*words))

    def pss_kib(self):
        return sum(pss_kib(pid) for pid in set(processes(self.folder + "/")))

    def remove(self):
        names = subprocess.run(self.words("ps", "-aq"), stdout=subprocess.PIPE, check=True).stdout.decode().split()
        if names:
            self.run("rm", "-f", *names)
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def floor(engine, folder, count):
    """conmon and the runtime alone, with the spec that the engine made for a container."""
    name = engine.ok("run", "-d", "--network", "none", "busybox", "sleep", "1000").strip()
    spec = None
    for path, _, files in os.walk(engine.folder + "/x"):
        if name in path and "config.json" in files:
            with open(os.path.join(path, "config.json")) as f:
                spec = json.load(f)
    if spec is None:
        raise RuntimeError("no OCI bundle of " + name)
    monitor = next(pid for pid in processes("conmon") if name.encode() in open("/proc/%d/cmdline" % pid, "rb").read())
    with open("/proc/%d/cmdline" % monitor, "rb") as f:
        words = f.read().decode().split("\0")
    runtime = words[words.index("-r") + 1] if "-r" in words else shutil.which("crun")
    bundle = folder + "/floor"
    os.makedirs(bundle + "/exits")
    with open("/proc/%d/root/bin/busybox" % int(json.loads(engine.ok("inspect", name))[0]["State"]["Pid"]), "rb") as f:
        binary = f.read()
    root = bundle + "/rootfs"
    os.makedirs(root + "/bin")
    for directory in ("dev", "proc", "sys", "etc", "tmp"):
        os.makedirs(os.path.join(root, directory))
    for name_in_bin in ("true", "sleep"):
        with open(root + "/bin/" + name_in_bin, "wb") as f:
            f.write(binary)
        os.chmod(root + "/bin/" + name_in_bin, 0o755)
    for file in ("hosts", "hostname", "resolv.conf"):
        open(root + "/etc/" + file, "w").close()
    spec["root"]["path"] = root
    spec["process"]["args"] = ["/bin/true"]
    spec["linux"]["cgroupsPath"] = "/felucca-bench"
    with open(bundle + "/config.json", "w") as f:
        json.dump(spec, f)
    state = ["--root", bundle + "/state"]
    times = []
    for number in range(count):
        container = "floor%d" % number
        begin = time.perf_counter()
        monitor = subprocess.Popen(
            ["sh", "-c", 'exec 3>&1 >/dev/null; _OCI_SYNCPIPE=3 exec "$@"', "sh", "conmon", "-c", container, "-u", container,
             "-r", runtime, "-b", bundle, "-p", bundle + "/pid", "-l", "k8s-file:" + bundle + "/log", "--exit-dir",
             bundle + "/exits", "--runtime-arg", state[0], "--runtime-arg", state[1], "--socket-dir-path", bundle],
            stdout=subprocess.PIPE)
        # The monitor keeps this pipe open: its first line is all that is waited for.
        line = monitor.stdout.readline()
        monitor.wait()
        told = json.loads(line.decode() or "{}")
        if told.get("pid", told.get("data", -1)) <= 0:
            raise RuntimeError("conmon: " + line.decode())
        quiet([runtime] + state + ["start", container])
        while not os.path.exists(bundle + "/exits/" + container):
            time.sleep(0.0002)
        quiet([runtime] + state + ["delete", container])
        monitor.stdout.close()
        times.append((time.perf_counter() - begin) * 1000)
    # Until now: its hosts and other files are in the spec.
    engine.ok("rm", "-f", name)
    return times


def latencies(engine, docker, folder):
    names = ("a line in logs --follow", "a line in attach", "an event, with the kill that it tells of")
    # First some that warm both.
    for count in (50, max(arguments.n, 100)):
        ours = latency.measure(engine.socket, "%s/ours%d" % (folder, count), count)
        theirs = latency.measure(docker.folder + "/s", "%s/theirs%d" % (folder, count), count) if docker else (None,) * 3
    for name, felucca, dockerd in zip(names, ours, theirs):
        row(name, felucca, "ms", dockerd)


def table():
    width = [max(len(line[i]) for line in rows + [("work", "felucca", "dockerd", "ratio", "unit", "aim")]) for i in range(6)]
    print("\n| " + " | ".join(h.ljust(w) for h, w in zip(("work", "felucca", "dockerd", "ratio", "unit", "aim"), width)) + " |")
    print("|" + "|".join("-" * (w + 2) for w in width) + "|")
    for line in rows:
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(line, width)) + " |")


def main():
    folder = tempfile.mkdtemp(prefix="fbw", dir="/tmp")
    small = busybox_tar(folder)
    large = busybox_tar(folder, arguments.mib << 20)
    n, many = arguments.n, arguments.large
    docker = None
    engine = Engine()
    try:
        print("\nwork, felucca, dockerd, dockerd/felucca, unit, aim (medians)")
        starts = [engine.start()]
        for _ in range(many):
            engine.stop()
            starts.append(engine.start())
        if shutil.which("dockerd") and not arguments.no_docker:
            os.makedirs(folder + "/docker")
            docker = Docker(folder + "/docker")
            docker.run("import", small, "busybox")
        row("engine start to ready, first", starts[0] * 1000, "ms", aim="2500")
        row("engine start to ready", median(starts[1:]) * 1000, "ms", aim="1000")
        engine.ok("version")
        time.sleep(5)  # three seconds after it is ready an engine gives back what its start needed
        row("idle engine, PSS", pss_kib(engine.pid()) / 1024, "MiB", docker and docker.pss_kib() / 1024, "70")
        engine.cli("import", small, "busybox")
        if arguments.latency:
            latencies(engine, docker, folder)
            table()
            return

        run = ("run", "--rm", "--network", "none", "busybox", "true")
        for _ in range(30):
            engine.ok(*run)
        alone = milliseconds(lambda: engine.ok(*run), n)
        bare = floor(engine, folder, n)
        row("run --rm --network none busybox true, inside the engine", median(alone), "ms")
        row("conmon and runtime alone, same spec", median(bare), "ms")
        row("the engine's part of it", median(alone) - median(bare), "ms", aim="8")
        cli = milliseconds(lambda: engine.cli(*run), n)
        row("the same by the command", median(cli), "ms", docker and median(milliseconds(lambda: docker.run(*run), min(n, 10))))
        row("felucca version", median(milliseconds(lambda: engine.cli("version"), n)), "ms",
            docker and median(milliseconds(lambda: docker.run("version"), n)), "70")

        name = engine.ok("run", "-d", "--network", "none", "busybox", "sleep", "100000").strip()
        execution = milliseconds(lambda: engine.ok("exec", name, "true"), n)
        theirs = None
        if docker:
            docker.run("run", "-d", "--network", "none", "--name", "sleeper", "busybox", "sleep", "100000")
            theirs = median(milliseconds(lambda: docker.run("exec", "sleeper", "true"), min(n, 10)))
        row("exec true, inside the engine", median(execution), "ms", theirs)

        before_pss, before_threads = pss_kib(engine.pid()), status(engine.pid(), "Threads")
        idle = [engine.ok("run", "-d", "--network", "none", "busybox", "sleep", "100000").strip() for _ in range(20)]
        time.sleep(3)
        monitors = sum(pss_kib(pid) for pid in processes("conmon") if engine.folder in open("/proc/%d/cmdline" % pid).read())
        grown = pss_kib(engine.pid()) - before_pss
        row("an idle container: monitor and the engine's growth, PSS", (monitors / 21 + grown / 20) / 1024, "MiB", aim="0.8")
        row("threads more for 20 idle containers", status(engine.pid(), "Threads") - before_threads, "", aim="0")
        engine.ok("rm", "-f", name, *idle)

        latencies(engine, docker, folder)
        untarred = []

        def untar():
            untarred.append("%s/untarred%d" % (folder, len(untarred)))
            os.mkdir(untarred[-1])
            quiet(["tar", "-C", untarred[-1], "-xf", large])

        # Removed only afterwards: beside files that have just gone ext4 without a journal looks long for inodes.
        tar = milliseconds(untar, many)
        for target in untarred:
            shutil.rmtree(target)

        def forget():
            for image in engine.ok("images", "-q", "large").split():
                engine.ok("rmi", "-f", image)

        imported = milliseconds(lambda: engine.cli("import", large, "large"), many, forget)
        forget()

        def docker_forget():
            subprocess.run(docker.words("rmi", "-f", "large"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        theirs = docker and median(milliseconds(lambda: docker.run("import", large, "large"), many, docker_forget))
        row("import of %d MiB" % arguments.mib, median(imported), "ms", theirs)
        row("tar x of the same", median(tar), "ms")
        row("import, times tar x", median(imported) / median(tar), "", aim="1.5")
        print("\nengine: %d threads, %d descriptors, %.1f MiB PSS at the end" % (
            status(engine.pid(), "Threads"), descriptors(engine.pid()), pss_kib(engine.pid()) / 1024))
    finally:
        if docker:
            docker.remove()
        engine.remove()
        subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)

    table()


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists(FELUCCA):
        sys.exit("bench: as root, after mvn package")
    main()
