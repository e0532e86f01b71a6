"""A small client of the engine's command server (distribution: io.felucca.client.Frames), and an engine of one's own.

It leaves the felucca program's own start out of what is measured.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.environ.get("FELUCCA_HOME") or os.path.normpath(os.path.join(HERE, "../../distribution/target/felucca"))
FELUCCA = os.path.join(HOME, "bin/felucca")


def command(path, *words):
    """Runs a command by the command server. Gives exit code, standard output, standard error."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.sendall(b"POST /felucca/command HTTP/1.1\r\nHost: felucca\r\nConnection: Upgrade\r\n"
                  b"Upgrade: felucca-command\r\nContent-Length: 0\r\n\r\n")
        start = json.dumps({"words": list(words), "cwd": "/", "term": "", "lang": "C.UTF-8", "stdinTty": False,
                            "stdoutTty": False, "stderrTty": False, "columns": 80, "rows": 24}).encode()
        s.sendall(struct.pack(">BI", 1, len(start)) + start)
        stream = s.makefile("rb")
        status = stream.readline()
        while stream.readline().strip():
            pass
        if b" 101 " not in status:
            raise RuntimeError(status.decode() + stream.read().decode())
        out, err = b"", b""
        while True:
            kind, length = struct.unpack(">BI", stream.read(5))
            payload = stream.read(length)
            if kind == 17:
                out += payload
            elif kind == 18:
                err += payload
            elif kind == 19:
                return struct.unpack(">i", payload)[0], out.decode(), err.decode()


class Engine:
    """An engine on roots of its own, of this build or of another that lies unpacked in a folder."""

    def __init__(self, home=HOME):
        self.program = os.path.join(home, "bin/felucca")
        self.folder = tempfile.mkdtemp(prefix="fb", dir="/tmp")
        self.socket = os.path.join(self.folder, "s")

    def options(self):
        return ["--data-root", self.folder + "/d", "--exec-root", self.folder + "/x",
                "--host", "unix://" + self.socket, "--pidfile", self.folder + "/p"]

    def start(self, prefix=()):
        begin = time.perf_counter()
        subprocess.run(list(prefix) + [self.program, "engine", "--detach"] + self.options(), check=True)
        return time.perf_counter() - begin

    def stop(self):
        subprocess.run([self.program, "engine", "--stop", "--pidfile", self.folder + "/p"], check=True)

    def pid(self):
        with open(self.folder + "/p") as f:
            return int(f.read())

    def ok(self, *words):
        code, out, err = command(self.socket, *words)
        if code:
            raise RuntimeError("%s: exit %d: %s" % (" ".join(words), code, err))
        return out

    def cli(self, *words, **more):
        return subprocess.run([self.program, "-H", "unix://" + self.socket] + list(words), check=True,
                              stdout=subprocess.PIPE, **more).stdout.decode()

    def remove(self):
        names = self.ok("ps", "-aq").split()
        if names:
            self.ok("rm", "-f", *names)
        self.stop()
        shutil.rmtree(self.folder)


def pss_kib(pid):
    """The proportional share of memory of a process, in KiB; 0 when it has gone."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as f:
            return sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
    except OSError:
        return 0


def status(pid, field):
    with open("/proc/%d/status" % pid) as f:
        for line in f:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise RuntimeError(field)


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def processes(mark):
    """Process ids whose command line has the mark."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/cmdline" % name, "rb") as f:
                    if mark.encode() in f.read():
                        found.append(int(name))
            except OSError:
                pass
    return found


def busybox_tar(folder, extra_bytes=0):
    """The archive of a root filesystem from the machine's busybox; with so many bytes of other files."""
    root = os.path.join(folder, "rootfs")
    os.makedirs(root + "/bin")
    for name in ("dev", "etc", "proc", "sys", "tmp"):
        os.makedirs(os.path.join(root, name))
    shutil.copy2("/bin/busybox", root + "/bin/busybox")
    for applet in subprocess.run(["/bin/busybox", "--list"], stdout=subprocess.PIPE, check=True).stdout.decode().split():
        if applet != "busybox":
            os.symlink("busybox", root + "/bin/" + applet)
    with open(root + "/etc/passwd", "w") as f:
        f.write("root:x:0:0:root:/root:/bin/sh\n")
    with open(root + "/etc/group", "w") as f:
        f.write("root:x:0:\n")
    written, number = 0, 0
    while written < extra_bytes:
        # Sizes as in a distribution's root: most are small, a few are large.
        size = 4_000_000 if number % 100 == 0 else 12_000
        with open(os.path.join(root, "tmp", "f%d" % number), "wb") as f:
            f.write(os.urandom(size // 2) + bytes(size - size // 2))
        written += size
        number += 1
    tar = os.path.join(folder, "rootfs-%d.tar" % extra_bytes)
    subprocess.run(["tar", "-C", root, "-cf", tar, "."], check=True)
    shutil.rmtree(root)
    return tar
