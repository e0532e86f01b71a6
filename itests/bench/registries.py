"""Rows about registries: Debian's docker-registry on the loopback of each engine's network namespace, with its storage on
the same disk as the engines'.
"""

import hashlib
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import tarfile
import time

from felucca import status

ADDRESS = "127.0.0.1:5000"
BLOBS = "http://%s/v2/bench/blobs/" % ADDRESS
MIB = 1 << 20


class Registry:
    """In an engine's network namespace."""

    def __init__(self, engine, folder):
        self.enter, self.folder = engine.network.enter(0), os.path.join(folder, "registry-" + engine.name)
        os.makedirs(self.folder)
        self.process = None
        self.empty()

    def empty(self):
        """Without images from now on."""
        self.close()
        shutil.rmtree(self.folder + "/storage", ignore_errors=True)
        with open(self.folder + "/config.yml", "w") as f:
            f.write("version: 0.1\nlog:\n  level: info\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n"
                    "    rootdirectory: %s/storage\nhttp:\n  addr: %s\n" % (self.folder, ADDRESS))
        # A file, since nobody reads a pipe during the rows: a full one would stop the registry.
        log = self.folder + "/log"
        with open(log, "wb") as f:
            self.process = subprocess.Popen(self.enter + ["docker-registry", "serve", self.folder + "/config.yml"],
                                            stdout=subprocess.DEVNULL, stderr=f)
        while "listening on" not in open(log).read():
            if self.process.poll() is not None:
                raise RuntimeError("docker-registry did not start: see " + log)
            time.sleep(0.01)

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


def write_layer(path, size, seed):
    """Files as in a distribution's root: most small, a few large, half of each random. Gives the tar's digest."""
    content = random.Random(seed)
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        written, number = 0, 0
        while written < size:
            length = 4_000_000 if number % 100 == 0 else 12_000
            entry = tarfile.TarInfo("layer%d/f%d" % (seed, number))
            entry.size = length
            tar.addfile(entry, io.BytesIO(content.randbytes(length // 2) + bytes(length - length // 2)))
            written, number = written + length, number + 1
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(MIB):
            digest.update(block)
    return digest.hexdigest()


def image(folder, name, layers, mib):
    """An archive for docker load, of so many layers of so many MiB together."""
    made = os.path.join(folder, "image")
    os.makedirs(made)
    files = ["layer%d.tar" % number for number in range(layers)]
    ids = [write_layer(os.path.join(made, file), mib * MIB // layers, mib * 100 + number) for number, file in enumerate(files)]
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/x"]},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + id for id in ids]},
                         "history": [{"created_by": "bench"} for _ in ids]})
    with open(made + "/config.json", "w") as f:
        f.write(config)
    with open(made + "/manifest.json", "w") as f:
        json.dump([{"Config": "config.json", "RepoTags": [name], "Layers": files}], f)
    archive = os.path.join(folder, "image-%d-%d.tar" % (layers, mib))
    subprocess.run(["tar", "-C", made, "-cf", archive, "."], check=True)
    shutil.rmtree(made)
    return archive


def quiet(docker, engine, *words):
    docker(engine, *words, stdout=subprocess.DEVNULL)


def forget(docker, engine):
    for id in set(docker(engine, "images", "-q", "--no-trunc", ADDRESS + "/bench").split()):
        docker(engine, "rmi", "-f", id)


def registry(bench, docker):
    """Pull and push of an image of 200 MB in five layers, and the felucca engine's memory by the size of a layer."""
    name = ADDRESS + "/bench:1"
    archive = image(bench.folder, name, 5, 200)
    registries = {}
    try:
        for engine in bench.engines:
            registries[engine.name] = Registry(engine, bench.folder)
            docker(engine, "load", "-i", archive)

        def empty(engine):
            if engine.name in registries:
                registries[engine.name].empty()

        bench.row("push of 200 MB in 5 layers, loaded", "5", lambda e: quiet(docker, e, "push", name), bench.long, empty)

        def absent(engine):
            forget(docker, engine)

        bench.row("pull of it", "3", lambda e: quiet(docker, e, "pull", name), bench.long, absent)
        first = registries[bench.engines[0].name]
        pull_floor(bench, first)
        push_floor(bench, first)
        bench.row("push of it, pulled", "5", lambda e: quiet(docker, e, "push", name), bench.long, empty)
        bench.row("pull of what is here", "", lambda e: quiet(docker, e, "pull", name), bench.short)
        os.remove(archive)
        memory(bench, docker, name)
    finally:
        for each in registries.values():
            each.close()


def layers_of(registry):
    """The descriptors of the pushed image's layers."""
    accept = "Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
    return json.loads(subprocess.run(registry.enter + ["curl", "-sf", "-H", accept, "http://%s/v2/bench/manifests/1" % ADDRESS], check=True,
                                     stdout=subprocess.PIPE).stdout)["layers"]


def of_each(registry, layers, script):
    """Runs a line of bash for the DIGEST of each layer, three at a time; gives its milliseconds."""
    digests = "\n".join(layer["digest"] for layer in layers)
    begin = time.perf_counter()
    subprocess.run(registry.enter + ["xargs", "-P", "3", "-I", "DIGEST", "bash", "-c", "set -e -o pipefail; " + script], check=True,
                   input=digests.encode(), stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1000


def pull_floor(bench, registry):
    """What is left of a pull without an engine: layers read by loopback, hashed, uncompressed where they are compressed, and
    hashed again."""
    layers = layers_of(registry)
    read = "gzip -dc" if layers[0]["mediaType"].endswith("gzip") else "cat"
    script = "curl -sf %sDIGEST | tee >(sha256sum >/dev/null) | %s | sha256sum" % (BLOBS, read)
    times = [of_each(registry, layers, script) for _ in range(bench.long + 1)]
    bench.told("its layers by curl, gunzip and sha256sum alone", "", statistics.median(times[1:]))


def push_floor(bench, registry):
    """What is left of a push without an engine: the layers as they are, given to the registry by curl."""
    layers = layers_of(registry)
    folder = os.path.join(registry.folder, "layers")
    os.makedirs(folder)
    of_each(registry, layers, "curl -sf -o %s/DIGEST %sDIGEST" % (folder, BLOBS))
    script = ("to=$(curl -sf -D - -o /dev/null -X POST %suploads/ | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'); "
              "curl -sf -X PUT -T %s/DIGEST -H 'Content-Type: application/octet-stream' \"$to&digest=DIGEST\"" % (BLOBS, folder))
    times = []
    for _ in range(bench.long + 1):
        registry.empty()
        times.append(of_each(registry, layers, script))
    shutil.rmtree(folder)
    bench.told("its layers pushed by curl alone", "", statistics.median(times[1:]))


def memory(bench, docker, name):
    """The engine's largest resident memory while it pushes and pulls one layer or five at once, which is to hang on no size."""
    engine = bench.engines[0]
    for layers, mib in ((1, 10), (1, 1000), (5, 10), (5, 1000)):
        archive = image(bench.folder, name, layers, mib)
        docker(engine, "load", "-i", archive)
        os.remove(archive)
        for what in ("push", "pull"):
            if what == "pull":
                forget(docker, engine)
            with open("/proc/%d/clear_refs" % engine.pid(), "w") as f:
                f.write("5")
            quiet(docker, engine, what, name)
            bench.told("peak RSS at %s of %d MiB in layers: %d" % (what, mib, layers), "", status(engine.pid(), "VmHWM") / 1024, unit="MiB")
        forget(docker, engine)


GROUPS = {"registry": registry}
