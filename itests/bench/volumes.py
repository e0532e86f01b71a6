"""What volumes cost: writes in them against the host's own, copy-up against cp -a, run with one against without.

A round measures each side once, the order turns from round to round, and what is told is the median over all rounds of
the ratio or difference within a round: what slows the machine for seconds slows both sides of it. Behind it, the interval
that holds the true median in 95 of 100 cases: as long as that is wider than what is to be shown, repeat more often.
"""

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time

from felucca import Engine, FELUCCA, busybox_tar

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("-n", type=int, default=100, help="rounds of run")
parser.add_argument("--large", type=int, default=25, help="rounds of dd and of copy-up")
parser.add_argument("--small", type=int, default=100, help="rounds of small files")
parser.add_argument("--mib", type=int, default=256, help="what dd writes")
parser.add_argument("--files", type=int, default=5000, help="files of the copy-up")
parser.add_argument("--only", default="writes,copy,run", help="which of them")
arguments = parser.parse_args()

# The same program on both sides, told where to write by a fifo: neither the engine nor a start is in what is measured.
# Each time in a new folder: ext4 places it, and with it all that lies in it, anew.
WRITER = """
dd() { /bin/busybox dd if=/dev/zero of=$1/dd bs=1M count=%d conv=fsync 2>/dev/null; }
small() { i=0; while [ $i -lt 2000 ]; do echo some words of text > $1/f$i; i=$((i+1)); done; /bin/busybox cat $1/f* > /dev/null; }
while read what folder < $0/in; do
    $what $folder
    echo > $0/out
done""" % arguments.mib


def in_turn(rounds, *works):
    """What each took in each round, in milliseconds."""
    times = [[] for _ in works]
    for number in range(rounds):
        order = [(number + step) % len(works) for step in range(len(works))]
        if number // len(works) % 2:
            order.reverse()
        for which in order:
            begin = time.perf_counter()
            works[which]()
            times[which].append((time.perf_counter() - begin) * 1000)
    return times


def median(values, form):
    """With its interval: order statistics of the binomial distribution, as of a normal one."""
    values = sorted(values)
    wide = 0.98 * math.sqrt(len(values))
    low = values[max(0, math.floor(len(values) / 2 - wide))]
    high = values[min(len(values) - 1, math.ceil(len(values) / 2 + wide) - 1)]
    return "%s (%s to %s)" % tuple(form % value for value in (statistics.median(values), low, high))


class Rows(list):
    """Shown as they come, since the whole takes minutes."""

    def add(self, what, these, those, values, form, aim):
        row = (what, "%.1f" % statistics.median(these), "%.1f" % statistics.median(those), median(values, form), aim)
        self.append(row)
        print("  " + " | ".join(row), flush=True)

    def ratio(self, what, these, those, aim):
        self.add(what, these, those, [a / b for a, b in zip(these, those)], "%.3f", aim)

    def more(self, what, these, those, aim):
        self.add(what, these, those, [a - b for a, b in zip(these, those)], "%+.1f", aim)


class Writer:
    """A shell that writes where it is told."""

    def __init__(self, control, *folders):
        self.control = control
        self.folders = folders
        os.mkdir(control)
        os.mkfifo(control + "/in")
        os.mkfifo(control + "/out")
        self.number = 0

    def write(self, what, folder, shown):
        """In a new folder, which is `shown` on the host; it is removed when all is measured."""
        self.number += 1
        os.mkdir("%s/%d" % (shown, self.number))
        with open(self.control + "/in", "w") as order:
            order.write("%s %s/%d\n" % (what, folder, self.number))
        with open(self.control + "/out") as done:
            done.read()


def many_tar(base, folder, files):
    """A root filesystem with that many small files in /data."""
    path = folder + "/many.tar"
    shutil.copy(base, path)
    content = folder + "/content"
    os.mkdir(content)
    for number in range(files):
        below = content + "/d%d" % (number % 50)
        os.makedirs(below, exist_ok=True)
        with open(below + "/f%d" % number, "w") as f:
            f.write("some words of text\n" * (number % 100))
    with tarfile.open(path, "a") as tar:
        tar.add(content, "data")
    return path, content


def writes(engine, rows):
    inside, outside = Writer(engine.folder + "/inside"), Writer(engine.folder + "/outside")
    bind, plain = engine.folder + "/bind", engine.folder + "/plain"
    os.mkdir(bind)
    os.mkdir(plain)
    name = engine.ok("run", "-d", "--network", "none", "-v", "written:/v", "-v", bind + ":/b", "-v",
                     inside.control + ":/control", "busybox", "sh", "-c", WRITER, "/control").strip()
    volume = engine.folder + "/d/volumes/written/_data"
    host = subprocess.Popen(["/bin/busybox", "sh", "-c", WRITER, outside.control])
    try:
        for what, told, rounds in (("dd", "dd of %d MiB with fsync" % arguments.mib, arguments.large),
                                   ("small", "2,000 small files", arguments.small)):
            def clean():
                for folder in (volume, bind, plain):
                    subprocess.run("rm -rf %s/*" % folder, shell=True, check=True)

            def of_volume():
                inside.write(what, "/v", volume)

            def of_bind():
                inside.write(what, "/b", bind)

            def of_host():
                outside.write(what, plain, plain)

            in_turn(3, of_volume, of_bind, of_host)
            parts = []
            for _ in range(max(1, rounds // 5)):
                clean()
                subprocess.run(["sync", "-f", plain], check=True)
                parts.append(in_turn(5, of_volume, of_bind, of_host))
            clean()
            times = [[value for part in parts for value in part[side]] for side in range(3)]
            rows.ratio(told + ", volume / host", times[0], times[2], "1.03")
            rows.ratio(told + ", bind / host", times[1], times[2], "1.03")
    finally:
        host.kill()
        host.wait()
        engine.ok("rm", "-f", name)


def copy(engine, rows, small):
    tar, content = many_tar(small, engine.folder, arguments.files)
    engine.cli("import", tar, "many")
    counter = iter(range(1000000))
    made = []

    def create(where):
        made.append(engine.ok("create", "--network", "none", "-v", "c%d:%s" % (next(counter), where), "many",
                              "true").strip())

    def copied():
        # Where volumes are, too: what a file costs in ext4 depends on what was deleted near it.
        folder = engine.folder + "/d/volumes/copied%d" % next(counter)
        os.mkdir(folder)
        subprocess.run(["cp", "-a", content, folder + "/_data"], check=True)

    sides = (lambda: create("/data"), lambda: create("/new"), copied)
    in_turn(3, *sides)
    filled, empty, plain = in_turn(arguments.large, *sides)
    rows.ratio("copy-up of %d files / cp -a" % arguments.files, [a - b for a, b in zip(filled, empty)], plain, "1.5")
    engine.ok("rm", *made)


def run(engine, rows):
    counter = iter(range(1000000))

    def one(*words):
        engine.ok("run", "--rm", "--network", "none", *words, "busybox", "true")

    engine.ok("volume", "create", "there")
    sides = (one, lambda: one("-v", "n%d:/data" % next(counter)), lambda: one("-v", "there:/data"))
    in_turn(40, *sides)
    without, new, there = in_turn(arguments.n, *sides)
    rows.more("run -v new:/data, more than run", new, without, "5")
    rows.more("run -v there:/data, more than run", there, without, "5")


def main():
    engine = Engine()
    engine.start()
    rows = Rows()
    try:
        small = busybox_tar(engine.folder)
        engine.cli("import", small, "busybox")
        only = arguments.only.split(",")
        if "run" in only:
            run(engine, rows)
        if "copy" in only:
            copy(engine, rows, small)
        if "writes" in only:
            writes(engine, rows)
    finally:
        engine.remove()
    head = ("work", "with, ms", "without, ms", "ratio or +ms (of 95 in 100)", "aim")
    width = [max(len(row[i]) for row in rows + [head]) for i in range(len(head))]
    for row in [head, tuple("-" * w for w in width)] + rows:
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(row, width)) + " |")


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists(FELUCCA):
        sys.exit("bench: as root, after mvn package")
    main()
