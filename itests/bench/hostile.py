#!/usr/bin/env python3
"""Content, requests and connections that are made to fill an engine's memory, at full size.

hostile.py [--files N] [--connections N] [--half-open N]: prints how long each took and what the engine's memory was at
most, and fails where the engine ended, did not answer as it should, or kept more than it had before.
"""

import argparse
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time

from felucca import FELUCCA, Engine, busybox_tar, pss_kib, status

EMPTY_VALUES = b"{}," * 2_600_000 + b"{}"
KEPT_MIB = 24
PORT = 18080


class Hostile:
    def __init__(self, asked, engine, namespace):
        self.asked, self.engine, self.namespace = asked, engine, namespace
        self.failed = []
        self.peak = 0
        self.watching = True
        self.pid = engine.pid()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while self.watching:
            self.peak = max(self.peak, pss_kib(self.pid))
            time.sleep(0.2)

    def must(self, holds, what):
        if not holds:
            self.failed.append(what)
            print("FAILED " + what, flush=True)

    def step(self, what, work):
        """Runs it, and asks whether the same engine still works."""
        self.peak = 0
        begin = time.time()
        try:
            work()
        except Exception as e:
            self.must(False, "%s: %s" % (what, str(e)[:300]))
        took = time.time() - begin
        try:
            self.engine.ok("run", "--rm", "--network", "none", "busybox", "true")
        except Exception as e:
            self.must(False, "after %s no container runs: %s" % (what, str(e)[:300]))
        self.must(os.path.exists("/proc/%d" % self.pid) and self.engine.pid() == self.pid,
                  "%s ended the engine" % what)
        print("%-34s %7.1f s, PSS at most %6.1f MiB" % (what, took, self.peak / 1024), flush=True)

    def size(self, *words):
        """Bytes that a command writes; they are not kept."""
        path = os.path.join(self.engine.folder, "out")
        with open(path, "wb") as out:
            subprocess.run([FELUCCA, "-H",
                            "unix://" + self.engine.socket] + list(words), check=True, stdout=out)
        size = os.path.getsize(path)
        os.remove(path)
        return size

    def fill(self, name, folder, *options):
        self.engine.ok("run", "-d", "--network", "none", "--name", name, *options, "busybox", "sh", "-c",
                       "cd $0; seq 1 %d | sed s/^/a-name-of-some-length-/ | xargs -n 2000 touch;"
                       " echo made; exec sleep 1000000" % self.asked.files, folder)
        while self.engine.ok("logs", name) != "made\n":
            time.sleep(1)

    def files(self):
        ok, files = self.engine.ok, self.asked.files
        self.step("%d files are made" % files, lambda: self.fill("many", "/tmp"))
        self.step("diff", lambda: self.must(self.size("diff", "many") > files * 20, "diff says too little"))
        self.step("export", lambda: self.must(self.size("export", "many") > files * 512, "export is too short"))
        self.step("cp", lambda: self.must(self.size("cp", "many:/tmp", "-") > files * 512, "cp is too short"))
        self.step("ps -s", lambda: ok("ps", "-s"))
        self.step("commit", lambda: ok("commit", "many", "many"))
        self.step("rm", lambda: ok("rm", "-f", "many"))
        self.step("rmi", lambda: ok("rmi", "many"))
        self.step("files in a volume", lambda: self.fill("filling", "/data", "-v", "large:/data"))
        self.step("system df -v", lambda: ok("system", "df", "-v"))
        self.step("rm, volume rm", lambda: (ok("rm", "-f", "filling"), ok("volume", "rm", "large")))

    def documents(self):
        config = b'{"architecture":"amd64","os":"linux","x":[' + EMPTY_VALUES + b']}'
        manifest = json.dumps([{"Config": "c.json", "RepoTags": ["bomb:1"], "Layers": []}]).encode()
        path = os.path.join(self.engine.folder, "bomb.tar")
        with tarfile.open(path, "w") as tar:
            for name, content in (("c.json", config), ("manifest.json", manifest)):
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))

        def load():
            code = subprocess.run([FELUCCA, "-H",
                                   "unix://" + self.engine.socket, "load", "-i", path], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL).returncode
            self.must(code == 1, "load of a configuration of empty values exits with %d" % code)

        def body():
            content = b'{"Image":"busybox","X":[' + EMPTY_VALUES + b']}'
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(self.engine.socket)
                client.sendall(b"POST /containers/create HTTP/1.1\r\nHost: f\r\nConnection: close\r\n"
                               b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
                answer = client.recv(100)
            self.must(answer.startswith(b"HTTP/1.1 400"), "a body of empty values is answered by %r" % answer)

        self.step("load of 7.8 MB of {},{}", load)
        self.step("a request of 7.8 MB of {},{}", body)

    def lines(self):
        ok = self.engine.ok
        ok("network", "create", "more")
        ok("run", "-d", "--name", "lines", "busybox", "sh", "-c",
           "yes '' | head -c 16000000 >/etc/passwd; cp /etc/passwd /etc/group;"
           " yes '' | head -c 16000000 >>/etc/hosts; echo made; exec sleep 1000000")
        while ok("logs", "lines") != "made\n":
            time.sleep(0.5)
        self.step("exec with 16 MB of lines in passwd", lambda: ok("exec", "-u", "7:8", "lines", "true"))
        self.step("network connect with them in hosts", lambda: ok("network", "connect", "more", "lines"))
        self.step("restart with them", lambda: ok("restart", "-t", "0", "lines"))
        ok("rm", "-f", "lines")
        ok("network", "rm", "more")

    def connections(self):
        ok = self.engine.ok
        ok("run", "-d", "-p", "[::1]:%d:80" % PORT, "--name", "web", "busybox", "sh", "-c",
           "echo here >/tmp/index.html; exec busybox httpd -f -p 80 -h /tmp")
        # A helper inside the engine's network holds the connections.
        holder = subprocess.Popen(
            ["nsenter", "--net=/proc/%d/ns/net" % self.namespace, sys.executable, "-c",
             "import resource, socket, sys\n"
             "resource.setrlimit(resource.RLIMIT_NOFILE, (%d, %d))\n"
             "held = []\n"
             "for _ in range(%d):\n"
             "    try:\n"
             "        held.append(socket.create_connection(('::1', %d), 10))\n"
             "    except OSError:\n"
             "        pass\n"
             "print(len(held), flush=True)\n"
             "sys.stdin.read()\n" % (self.asked.connections + 100, self.asked.connections + 100,
                                     self.asked.connections, PORT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def hold():
            held = int(holder.stdout.readline())
            print("%d connections are held" % held)
            ok("run", "--rm", "busybox", "true")
            begin = time.time()
            ok("run", "--rm", "--network", "none", "busybox", "true")
            self.must(time.time() - begin < 30, "a run beside idle connections takes %.0f s" % (time.time() - begin))

        self.step("%d idle connections to [::1]" % self.asked.connections, hold)
        holder.stdin.close()
        holder.wait()

        def again():
            answer = subprocess.run(["nsenter", "--net=/proc/%d/ns/net" % self.namespace, "/bin/busybox", "wget", "-q",
                                     "-O", "-", "http://[::1]:%d/index.html" % PORT], stdout=subprocess.PIPE).stdout
            self.must(answer == b"here\n", "the published port answers %r after them" % answer)

        self.step("the port after them", again)
        ok("rm", "-f", "web")

    def half_open(self):
        def hold():
            held = []
            try:
                for number in range(self.asked.half_open):
                    client = socket.socket(socket.AF_UNIX)
                    client.connect(self.engine.socket)
                    client.sendall(b"GET /_ping HTTP/1.1\r\nHost" if number % 2 else b"G")
                    held.append(client)
                self.engine.ok("version")
            finally:
                for client in held:
                    client.close()

        self.step("%d half-open requests" % self.asked.half_open, hold)


def settled(pid):
    """What is left when the work is over, in MiB."""
    for _ in range(3):
        subprocess.run(["jcmd", str(pid), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(10)
    return pss_kib(pid) / 1024


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--files", type=int, default=1_500_000)
    words.add_argument("--connections", type=int, default=2500)
    words.add_argument("--half-open", type=int, default=3000)
    asked = words.parse_args()
    # The engine has a network of its own: nothing of it is on the machine's.
    namespace = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up; echo; exec sleep infinity"],
                                 stdout=subprocess.PIPE)
    namespace.stdout.readline()
    engine = Engine()
    failed = ["it did not come to an end"]
    try:
        engine.start(["nsenter", "--net=/proc/%d/ns/net" % namespace.pid])
        engine.cli("import", busybox_tar(engine.folder), "busybox")
        for _ in range(20):
            engine.ok("run", "--rm", "--network", "none", "busybox", "true")
        hostile = Hostile(asked, engine, namespace.pid)
        before = settled(hostile.pid)
        hostile.documents()
        hostile.lines()
        hostile.connections()
        hostile.half_open()
        hostile.files()
        after = settled(hostile.pid)
        hostile.watching = False
        print("PSS %.1f MiB before, %.1f MiB after, %d threads" % (before, after, status(hostile.pid, "Threads")))
        hostile.must(after <= before + KEPT_MIB, "%.0f MiB more are kept" % (after - before))
        failed = hostile.failed
    finally:
        engine.remove()
        namespace.send_signal(signal.SIGKILL)
        namespace.wait()
    sys.exit(1 if failed else 0)


main()
