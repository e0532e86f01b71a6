"""What volumes cost: writes in them against the host's own, copy-up against cp -a, run with one against without.

Each pair is measured in turn, and the table gives medians and their ratio or difference.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time

from door import Engine, FELUCCA, busybox_tar

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("-n", type=int, default=25, help="repetitions of run")
parser.add_argument("--large", type=int, default=7, help="repetitions of writes and copies")
parser.add_argument("--mib", type=int, default=512, help="what dd writes")
parser.add_argument("--files", type=int, default=5000, help="files of the copy-up")
arguments = parser.parse_args()

DD = "dd if=/dev/zero of=$0/dd bs=1M count=%d conv=fsync 2>/dev/null; rm $0/dd" % arguments.mib
SMALL = ("i=0; while [ $i -lt 3000 ]; do echo some words of text > $0/f$i; i=$((i+1)); done; cat $0/f* > /dev/null; "
         "rm $0/f*; sync $0")


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_turn(count, *works):
    """Medians of each, in milliseconds; the order changes at each round."""
    times = [[] for _ in works]
    for number in range(count):
        order = list(range(len(works)))
        if number % 2:
            order.reverse()
        for which in order:
            times[which].append(seconds(works[which]) * 1000)
    return [statistics.median(each) for each in times]


def host(script, folder):
    subprocess.run(["/bin/busybox", "sh", "-c", script, folder], check=True)


class Rows(list):
    """Shown as they come, since the whole takes minutes."""

    def append(self, row):
        super().append(row)
        print("  " + " | ".join(row), flush=True)


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


def main():
    engine = Engine()
    engine.start()
    rows = Rows()
    try:
        small = busybox_tar(engine.folder)
        engine.cli("import", small, "busybox")
        tar, content = many_tar(small, engine.folder, arguments.files)
        engine.cli("import", tar, "many")
        bind = engine.folder + "/bind"
        plain = engine.folder + "/plain"
        os.mkdir(bind)
        os.mkdir(plain)
        name = engine.ok("run", "-d", "--network", "none", "-v", "vol:/v", "-v", bind + ":/b", "busybox", "sleep",
                         "100000").strip()
        for what, script in (("dd of %d MiB with fsync" % arguments.mib, DD), ("3,000 small files", SMALL)):
            inside = lambda path: engine.ok("exec", name, "sh", "-c", script, path)
            volume, bound, own = in_turn(arguments.large, lambda: inside("/v"), lambda: inside("/b"),
                                         lambda: host(script, plain))
            # What exec itself costs is no part of the writing.
            start = in_turn(arguments.large, lambda: engine.ok("exec", name, "sh", "-c", "true", "/v"),
                            lambda: host("true", plain))
            cost = start[0] - start[1]
            rows.append((what + ", volume / host", "%.0f" % (volume - cost), "%.0f" % own,
                         "%.2f" % ((volume - cost) / own), "1.03"))
            rows.append((what + ", bind / host", "%.0f" % (bound - cost), "%.0f" % own,
                         "%.2f" % ((bound - cost) / own), "1.03"))
        engine.ok("rm", "-f", name)

        counter = iter(range(1000000))

        def create(where):
            engine.ok("rm", engine.ok("create", "--network", "none", "-v", "c%d:%s" % (next(counter), where), "many",
                                      "true").strip())

        def copy():
            target = plain + "/copy%d" % next(counter)
            subprocess.run(["cp", "-a", content, target], check=True)

        create("/data")
        copy()
        filled, empty, copied = in_turn(arguments.large, lambda: create("/data"), lambda: create("/new"), copy)
        rows.append(("copy-up of %d files / cp -a" % arguments.files, "%.0f" % (filled - empty), "%.0f" % copied,
                     "%.2f" % ((filled - empty) / copied), "1.5"))

        def run(*words):
            engine.ok("run", "--rm", "--network", "none", *words, "busybox", "true")

        for _ in range(20):
            run()
            run("-v", "w%d:/data" % next(counter))
        without, new, there = in_turn(arguments.n, run, lambda: run("-v", "n%d:/data" % next(counter)),
                                      lambda: run("-v", "vol:/data"))
        rows.append(("run -v new:/data, more than run", "%.1f" % new, "%.1f" % without, "%+.1f" % (new - without), "5"))
        rows.append(("run -v there:/data, more than run", "%.1f" % there, "%.1f" % without, "%+.1f" % (there - without), "5"))
    finally:
        engine.remove()
    head = ("work", "with, ms", "without, ms", "ratio or +ms", "aim")
    width = [max(len(row[i]) for row in rows + [head]) for i in range(len(head))]
    for row in [head, tuple("-" * w for w in width)] + rows:
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(row, width)) + " |")


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists(FELUCCA):
        sys.exit("bench: as root, after mvn package")
    main()
