#!/usr/bin/env python3
"""A restart of the host, played: how long until all containers run again.

reboot.py [--count N] [--limits]: N containers with restart policies, of each ten six on the bridge, one linked to another, one
in another's network, one on a user's network, one on none. Then processes, cgroups, mounts, namespaces and the exec root go,
and the engine starts with another boot id. With --limits it fails where one does not run again.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid

from felucca import Engine, busybox_tar, pss_kib, status

# In a mount namespace of its own, where a file of its own is the boot id.
MACHINE = ("mount -t tmpfs tmpfs /mnt; echo %s >/mnt/boot_id; mount --bind /mnt/boot_id /proc/sys/kernel/random/boot_id; "
           "umount -l /mnt; exec \"$@\"")
SECONDS = 300


class Host:
    """A network namespace of its own, and a boot id, until the next restart."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up; echo; exec sleep infinity"],
                                       stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        self.prefix = ["nsenter", "--net=/proc/%d/ns/net" % self.holder.pid,
                       "unshare", "--mount", "--propagation", "private", "sh", "-ec", MACHINE % uuid.uuid4(), "sh"]

    def end(self):
        self.holder.kill()
        self.holder.wait()


def words(number):
    kind = number % 10
    if kind == 6:
        return ["--link", "c%d:other" % (number - 6)]
    if kind == 7:
        return ["--network", "container:c%d" % (number - 7)]
    if kind == 8:
        return ["--network", "users"]
    return ["--network", "none"] if kind == 9 else []


def left(cgroup, folder):
    """Processes of the engine, its monitors and containers."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open("/proc/%s/cgroup" % name) as groups, open("/proc/%s/cmdline" % name) as line:
                    if cgroup in groups.read() or folder in line.read():
                        found.append(int(name))
            except OSError:
                pass
    return found


def running(cgroup):
    """Containers whose program runs: what the engine lists comes from its records until it has looked."""
    return sum(1 for pid in left(cgroup, "/nonexistent") if name_of(pid) == "sleep")


def until(what, holds):
    end = time.time() + SECONDS
    while not holds():
        if time.time() > end:
            raise RuntimeError("not within %d s: %s" % (SECONDS, what))
        time.sleep(0.2)


def cgroup_of(engine):
    with open(engine.folder + "/d/engine-id") as f:
        return "felucca-" + f.read().strip()


def end_all(engine):
    """As when the power goes: first those that could record the end of others."""
    cgroup = cgroup_of(engine)
    os.kill(engine.pid(), signal.SIGKILL)

    def ended():
        pids = left(cgroup, engine.folder)
        for pid in sorted(pids, key=lambda one: name_of(one) != "conmon"):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return not pids

    until("processes end", ended)
    until("cgroups go", lambda: not remove_cgroups(cgroup))
    shutil.rmtree(engine.folder + "/x")


def name_of(pid):
    try:
        with open("/proc/%d/comm" % pid) as f:
            return f.read().strip()
    except OSError:
        return ""


def remove_cgroups(cgroup):
    found = False
    for top in os.listdir("/sys/fs/cgroup"):
        root = os.path.join("/sys/fs/cgroup", top, cgroup)
        for folder, _, _ in os.walk(root, topdown=False):
            found = True
            try:
                os.rmdir(folder)
            except OSError:
                pass
    return found


def run(engine, host, count, failed):
    engine.start(host.prefix)
    engine.cli("import", busybox_tar(engine.folder), "busybox")
    engine.ok("network", "create", "--subnet", "10.98.0.0/16", "users")
    for number in range(count):
        engine.ok("run", "-d", "--name", "c%d" % number, "--restart", "always" if number % 2 else "unless-stopped",
                  *words(number), "busybox", "sleep", "100000")
    end_all(engine)
    host.end()
    host = Host()
    begin = time.time()
    print("%d containers: the engine answers after %.1f s" % (count, engine.start(host.prefix)), flush=True)
    try:
        until("all run", lambda: running(cgroup_of(engine)) == count)
    except RuntimeError as late:
        failed.append("%s, but %d of %d" % (late, running(cgroup_of(engine)), count))
    listed = len(engine.ok("ps", "-q").split())
    if listed != count:
        failed.append("%d of %d are listed as running" % (listed, count))
    pid = engine.pid()
    print("all run after %.1f s, %d threads, PSS %.1f MiB"
          % (time.time() - begin, status(pid, "Threads"), pss_kib(pid) / 1024), flush=True)
    return host


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--limits", action="store_true")
    asked = parser.parse_args()
    engine, host, failed = Engine(), Host(), []
    try:
        host = run(engine, host, asked.count, failed)
    finally:
        engine.remove()
        host.end()
    for line in failed:
        print(("FAILED " if asked.limits else "beyond the aim: ") + line)
    return 1 if failed and asked.limits else 0


if __name__ == "__main__":
    sys.exit(main())
