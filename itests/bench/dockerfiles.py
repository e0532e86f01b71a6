"""Rows about builds by the classic builder's protocol, and of felucca build, which sends only what a build needs."""

import itertools
import os
import random
import statistics
import subprocess
import time

from felucca import status

MIB = 1 << 20
FROM = "FROM busybox\n"
STEPS = FROM + """COPY src /src
RUN find /src -type f | wc -l >/count
RUN cp -r /src/d0 /copy
COPY Dockerfile /
RUN rm -r /copy && echo done >/done
"""


def context(folder, name, dockerfile):
    made = os.path.join(folder, name)
    os.makedirs(made)
    with open(made + "/Dockerfile", "w") as f:
        f.write(dockerfile)
    return made


def small_files(made):
    content = random.Random(7)
    for number in range(3000):
        sub = "%s/src/d%d" % (made, number % 30)
        os.makedirs(sub, exist_ok=True)
        with open("%s/f%d" % (sub, number), "wb") as f:
            f.write(content.randbytes(content.randrange(100, 8000)))


def large_file(path, mib, seed):
    content = random.Random(seed)
    with open(path, "wb") as f:
        for _ in range(mib):
            f.write(content.randbytes(MIB))


def builds(bench, docker):
    environment = dict(os.environ, DOCKER_BUILDKIT="0", DOCKER_API_VERSION="1.41")

    def build(engine, made, *options):
        subprocess.run(["docker", "-H", engine.host, "build", "-q", *options, made], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    many = context(bench.folder, "many", STEPS)
    small_files(many)

    def forget(engine):
        docker(engine, "image", "prune", "-f")

    bench.row("cold build, 3,000 files, 5 steps", "4", lambda e: build(e, many, "--no-cache"), bench.long, forget)
    bench.row("the same, cached", "3", lambda e: build(e, many), bench.long)
    one_mib(bench)
    memory(bench, build)


def one_mib(bench):
    """felucca build of 1 MiB that .dockerignore leaves of 1 GiB, and of 1 MiB alone, in turn."""
    engine = bench.engines[0]
    alone = context(bench.folder, "alone", FROM + "COPY . /all\n")
    ignored = context(bench.folder, "ignored", FROM + "COPY . /all\n")
    for made in (alone, ignored):
        large_file(made + "/kept", 1, 1)
    for number in range(10):
        large_file("%s/big%d" % (ignored, number), 100, number)
    with open(ignored + "/.dockerignore", "w") as f:
        f.write("big*\n")
    times = {alone: [], ignored: []}
    for _ in range(bench.short):
        for made, taken in times.items():
            begin = time.perf_counter()
            engine.cli("build", "-q", "--no-cache", made)
            taken.append((time.perf_counter() - begin) * 1000)
    bench.told("felucca build of 1 MiB", "", statistics.median(times[alone]))
    bench.told("felucca build of 1 GiB, ignored but for 1 MiB", "", statistics.median(times[ignored]))
    subprocess.run(["rm", "-r", ignored], check=True)


def memory(bench, build):
    """The felucca engine's largest resident memory, which is to hang on no size."""
    engine, numbers = bench.engines[0], itertools.count()
    for mib in (10, 100, 1000):
        made = context(bench.folder, "large%d" % next(numbers), FROM + "COPY . /all\nRUN true\n")
        large_file(made + "/file", mib, mib)
        with open("/proc/%d/clear_refs" % engine.pid(), "w") as f:
            f.write("5")
        build(engine, made)
        bench.told("peak RSS at a context of %d MiB" % mib, "", status(engine.pid(), "VmHWM") / 1024, unit="MiB")
        engine.ok("builder", "prune", "-f")
        subprocess.run(["rm", "-r", made], check=True)


GROUPS = {"builds": builds}
