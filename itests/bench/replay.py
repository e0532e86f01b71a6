"""An engine that answers from memory: what a command takes by itself, whoever serves it.

The first request of each kind goes to a real engine; its answer is kept and given again from then on. Queries are not
looked at. The process of `run` and `exec` is played: it says nothing and ends with 0 in the instant of its start.
"""

import os
import socket
import threading

BLOCK = 1 << 18
TAKEN_OVER = (b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
              b"Upgrade: tcp\r\n\r\n")
WAITS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDED = b'11\r\n{"StatusCode":0}\n\r\n0\r\n\r\n'


def header(stream):
    """The first line, the fields and all their bytes; an empty line at the end of the connection."""
    first = stream.readline()
    raw, fields = first, {}
    while first:
        line = stream.readline()
        raw += line
        if not line.strip():
            break
        name, value = line.decode().split(":", 1)
        fields[name.lower()] = value.strip()
    return first.decode().strip(), fields, raw


def body(stream, fields, sink):
    """Reads a body to its end and hands on its bytes as they are."""
    if fields.get("transfer-encoding") == "chunked":
        while True:
            size = stream.readline()
            chunk = stream.read(int(size, 16) + 2)
            sink(size + chunk)
            if int(size, 16) == 0:
                return
    left = int(fields.get("content-length") or 0)
    while left:
        piece = stream.read(min(left, BLOCK))
        if not piece:
            return
        left -= len(piece)
        sink(piece)


class Replay:
    """Listens beside the real engine until closed."""

    name = "alone"

    def __init__(self, engine):
        self.upstream = engine.host.removeprefix("unix://")
        self.path = self.upstream + ".alone"
        self.host = "unix://" + self.path
        self.answers = {}
        self.started = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rb", BLOCK) as stream:
            while True:
                request, fields, raw = header(stream)
                if not request:
                    return
                if "expect" in fields:
                    client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                kind = request.split(" HTTP/")[0].split("?")[0]
                if kind.endswith(("/attach", "/wait", "/start")):
                    body(stream, fields, lambda piece: None)
                    self.play(client, kind, "upgrade" in fields)
                    if "upgrade" in fields:
                        return
                    continue
                if kind in self.answers:
                    body(stream, fields, lambda piece: None)
                else:
                    self.answers[kind] = self.ask(request, fields, raw, stream)
                client.sendall(self.answers[kind])

    def play(self, client, kind, upgrade):
        """A process: those who attach and wait do so before its start."""
        if kind.endswith("/wait"):
            client.sendall(WAITS)
            self.started.wait()
            client.sendall(ENDED)
        elif kind.endswith("/attach"):
            self.started.clear()
            client.sendall(TAKEN_OVER)
            self.started.wait()
        elif upgrade:
            client.sendall(TAKEN_OVER)
        else:
            client.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            self.started.set()

    def ask(self, request, fields, raw, stream):
        with socket.socket(socket.AF_UNIX) as engine:
            engine.connect(self.upstream)
            engine.sendall(raw)
            body(stream, fields, engine.sendall)
            with engine.makefile("rb", BLOCK) as answers:
                status, told, answer = header(answers)
                pieces = [answer]
                if not request.startswith("HEAD") and " 204 " not in status:
                    body(answers, told, pieces.append)
                return b"".join(pieces)

    def close(self):
        self.listener.close()
        os.unlink(self.path)
