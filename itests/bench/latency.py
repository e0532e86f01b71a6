"""How long a byte is on its way from the program in a container to a client, and an event from its cause to a client.

Spoken over the engine's socket in Docker's API, so that no command's own start is in it. The container's program copies a
fifo that lies on the host to its output: what is measured begins when a line is written there.
"""

import http.client
import json
import os
import socket
import statistics
import time

API = "/v1.41"


def ask(path, method, target, body=None):
    connection = http.client.HTTPConnection("d")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(path)
    connection.request(method, API + target, body and json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError("%s %s: %d %s" % (method, target, answer.status, text.decode()))
    return json.loads(text) if text else None


class Stream:
    """An answer that goes on; read until something is in it."""

    def __init__(self, path, method, target, headers=""):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.rest = b""
        self.socket.connect(path)
        self.socket.sendall(("%s %s%s HTTP/1.1\r\nHost: d\r\n%sContent-Length: 0\r\n\r\n"
                             % (method, API, target, headers)).encode())
        self.until(b"\r\n\r\n")

    def until(self, mark):
        while mark not in self.rest:
            piece = self.socket.recv(65536)
            if not piece:
                raise RuntimeError("the stream has ended: " + repr(self.rest))
            self.rest += piece
        self.rest = self.rest[self.rest.index(mark) + len(mark):]

    def close(self):
        self.socket.close()


def milliseconds(count, cause, stream, mark):
    times = []
    for number in range(count):
        time.sleep(0.01)
        begin = time.perf_counter()
        cause(number)
        stream.until(mark(number))
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def measure(path, folder, count):
    """Medians in ms: a line that is followed, a line to who is attached, an event. The image busybox is there."""
    os.makedirs(folder)
    os.mkfifo(folder + "/fifo")
    name = "latency"
    ask(path, "POST", "/containers/create?name=" + name, {
        "Image": "busybox", "Cmd": ["sh", "-c", "exec cat <> /f/fifo"],
        "HostConfig": {"NetworkMode": "none", "Binds": [folder + ":/f"]}})
    ask(path, "POST", "/containers/%s/start" % name)
    fifo = os.open(folder + "/fifo", os.O_RDWR)
    streams = []

    def stream(*words):
        streams.append(Stream(path, *words))
        return streams[-1]

    def line(number):
        return b"line %d.\n" % number

    def write(number):
        os.write(fifo, line(number))

    def kill(number):
        ask(path, "POST", "/containers/%s/kill?signal=WINCH" % name)

    try:
        write(-1)
        followed = stream("GET", "/containers/%s/logs?follow=1&stdout=1" % name)
        followed.until(line(-1))
        follow = milliseconds(count, write, followed, line)
        attached = stream("POST", "/containers/%s/attach?stream=1&stdout=1" % name,
                          "Connection: Upgrade\r\nUpgrade: tcp\r\n")
        attach = milliseconds(count, write, attached, line)
        events = stream("GET", "/events")
        event = milliseconds(count, kill, events, lambda number: b'"kill"')
        return follow, attach, event
    finally:
        for each in streams:
            each.close()
        os.close(fifo)
        ask(path, "DELETE", "/containers/%s?force=1" % name)
