"""A user's script on Debian's python3-docker: each kind of thing that the library has, but swarm, registries and builds.

Called by PythonClientIT with DOCKER_HOST at an engine that has the image busybox.
"""

import io
import socket
import struct
import tarfile
import unittest

import docker
from docker.errors import APIError, ContainerError, ImageNotFound, NotFound
from docker.types import IPAMConfig, IPAMPool, LogConfig, Mount, Ulimit

IMAGE = "busybox"
DEADLINE_SECONDS = 30


def archive(name, content):
    """A tar archive with one file."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def read_archive(chunks):
    return tarfile.open(fileobj=io.BytesIO(b"".join(chunks)))


class DockerPy(unittest.TestCase):
    def setUp(self):
        self.client = docker.from_env(timeout=DEADLINE_SECONDS)
        self.addCleanup(self.client.close)

    def run_detached(self, *command, **options):
        options.setdefault("network_mode", "none")
        container = self.client.containers.run(IMAGE, list(command), detach=True, **options)
        self.addCleanup(self.remove, container)
        return container

    def output(self, image, command, **options):
        """What a container has written at its end: dockerd may lose it where a log is followed while it is removed."""
        options.setdefault("network_mode", "none")
        container = self.client.containers.run(image, command, detach=True, **options)
        self.addCleanup(self.remove, container)
        self.assertEqual(0, container.wait(timeout=DEADLINE_SECONDS)["StatusCode"])
        said = container.logs()
        self.remove(container)
        return said

    @staticmethod
    def remove(container):
        try:
            container.remove(force=True, v=True)
        except NotFound:
            pass

    # --- the engine ---

    def test_engine(self):
        self.assertTrue(self.client.ping())
        version = self.client.version()
        self.assertEqual("linux", version["Os"])
        self.assertEqual(version["Version"], self.client.info()["ServerVersion"])
        usage = self.client.df()
        self.assertLessEqual({"LayersSize", "Images", "Containers", "Volumes"}, usage.keys())

    def test_events(self):
        with_name = {"type": "container", "container": "told"}
        events = self.client.events(decode=True, filters=with_name)
        self.run_detached("true", name="told").wait(timeout=DEADLINE_SECONDS)
        seen = []
        for event in events:
            seen.append(event["Action"])
            if event["Action"] == "die":
                self.assertEqual("0", event["Actor"]["Attributes"]["exitCode"])
                break
        events.close()
        self.assertEqual(["create", "start", "die"], seen)

    # --- containers ---

    def test_run(self):
        self.assertEqual(b"hello\n", self.output(IMAGE, "echo hello"))
        with self.assertRaises(ContainerError) as failed:
            self.client.containers.run(
                IMAGE, ["sh", "-c", "echo no >&2; exit 3"], remove=True, network_mode="none"
            )
        self.assertEqual((3, b"no\n"), (failed.exception.exit_status, failed.exception.stderr))
        with self.assertRaises(APIError) as taken:
            self.run_detached("true", name="one")
            self.run_detached("true", name="one")
        self.assertEqual(409, taken.exception.status_code)

    def test_life(self):
        container = self.run_detached(
            "sleep",
            "1000",
            name="life",
            labels={"kind": "test"},
            environment={"COLOUR": "blue"},
            working_dir="/tmp",
            mem_limit="64m",
            ulimits=[Ulimit(name="nofile", soft=100, hard=200)],
            log_config=LogConfig(type="json-file", config={"max-size": "1m"}),
            init=False,
            restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
        )
        self.assertEqual([container], self.client.containers.list(filters={"label": "kind=test"}))
        container.reload()
        self.assertEqual(("running", "life"), (container.status, container.name))
        self.assertEqual(64 << 20, container.attrs["HostConfig"]["Memory"])
        self.assertEqual("busybox:latest", container.image.tags[0])
        self.assertIn("sleep 1000", container.top()["Processes"][0])
        container.pause()
        container.reload()
        self.assertEqual("paused", container.status)
        container.unpause()
        container.rename("renamed")
        container.update(mem_limit="32m", memswap_limit="64m")
        container.restart(timeout=0)
        self.assertEqual("/renamed", container.stats(stream=False)["name"])
        stream = container.stats(decode=True)
        self.assertEqual("/renamed", next(stream)["name"])
        stream.close()
        container.kill("KILL")
        self.assertEqual(137, container.wait(timeout=DEADLINE_SECONDS)["StatusCode"])
        container.start()
        container.stop(timeout=0)
        container.remove()
        with self.assertRaises(NotFound):
            self.client.containers.get("renamed")
        self.run_detached("true").wait(timeout=DEADLINE_SECONDS)
        self.assertEqual(1, len(self.client.containers.prune()["ContainersDeleted"]))

    def test_logs(self):
        container = self.run_detached("sh", "-c", "echo out; echo err >&2; read go; echo last", stdin_open=True)
        lines = container.logs(stream=True, follow=True)
        first = {next(lines), next(lines)}
        self.assertEqual({b"out\n", b"err\n"}, first)
        connection = container.attach_socket(params={"stdin": 1, "stream": 1})
        connection._sock.sendall(b"go\n")
        self.assertEqual([b"last\n"], list(lines))
        connection.close()
        container.wait(timeout=DEADLINE_SECONDS)
        self.assertEqual(b"err\n", container.logs(stdout=False))
        self.assertEqual(b"last\n", container.logs(tail=1))
        stamped = container.logs(timestamps=True, stderr=False).split()
        self.assertRegex(stamped[0].decode(), r"^\d{4}-\d\d-\d\dT.*Z$")

    def test_attach(self):
        container = self.client.containers.create(IMAGE, ["cat"], stdin_open=True, network_mode="none")
        self.addCleanup(self.remove, container)
        connection = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        container.start()
        connection._sock.settimeout(DEADLINE_SECONDS)
        connection._sock.sendall(b"through\n")
        head = connection._sock.recv(8, socket.MSG_WAITALL)
        stream, size = struct.unpack(">BxxxL", head)
        self.assertEqual((1, b"through\n"), (stream, connection._sock.recv(size, socket.MSG_WAITALL)))
        # The library asks for StdinOnce: the end of what is sent is the end of the input.
        connection._sock.shutdown(socket.SHUT_WR)
        self.assertEqual(b"", connection._sock.recv(8))
        connection.close()
        self.assertEqual(0, container.wait(timeout=DEADLINE_SECONDS)["StatusCode"])

    def test_attach_output(self):
        script = "while ! read -t 1 go; do echo tick; done; echo said; echo bad >&2"
        container = self.run_detached("sh", "-c", script, stdin_open=True)
        output = container.attach(stream=True, logs=True)
        self.assertEqual(b"tick\n", next(output))
        connection = container.attach_socket(params={"stdin": 1, "stream": 1})
        connection._sock.sendall(b"go\n")
        self.assertEqual({b"said\n", b"bad\n"}, set(output) - {b"tick\n"})
        connection.close()

    def test_exec(self):
        container = self.run_detached("sleep", "1000")
        code, output = container.exec_run("sh -c 'echo $WORD in $PWD; exit 3'", environment={"WORD": "hi"}, workdir="/tmp")
        self.assertEqual((3, b"hi in /tmp\n"), (code, output))
        _, (out, err) = container.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)
        self.assertEqual((b"out\n", b"err\n"), (out, err))
        _, chunks = container.exec_run(["sh", "-c", "echo one; echo two"], stream=True)
        self.assertEqual(b"one\ntwo\n", b"".join(chunks))
        _, connection = container.exec_run("cat", stdin=True, socket=True)
        connection._sock.sendall(b"through\n")
        connection._sock.shutdown(socket.SHUT_WR)
        connection._sock.settimeout(DEADLINE_SECONDS)
        received = b""
        while chunk := connection._sock.recv(4096):
            received += chunk
        self.assertEqual(b"through\n", received[8:])
        connection.close()
        self.assertEqual("", container.exec_run("true", detach=True).output)
        api = self.client.api
        terminal = api.exec_create(container.id, ["sh", "-c", "sleep 1; stty size"], tty=True)
        chunks = api.exec_start(terminal["Id"], tty=True, stream=True)
        api.exec_resize(terminal["Id"], height=33, width=101)
        self.assertEqual(b"33 101\r\n", b"".join(chunks))
        self.assertEqual(0, api.exec_inspect(terminal["Id"])["ExitCode"])

    def test_archives(self):
        container = self.run_detached("sleep", "1000")
        self.assertTrue(container.put_archive("/tmp", archive("note.txt", b"written")))
        chunks, stat = container.get_archive("/tmp/note.txt")
        self.assertEqual(("note.txt", 7), (stat["name"], stat["size"]))
        self.assertEqual(b"written", read_archive(chunks).extractfile("note.txt").read())
        with self.assertRaises(NotFound):
            container.get_archive("/nowhere")
        self.assertIn({"Path": "/tmp/note.txt", "Kind": 1}, container.diff())
        exported = read_archive(container.export())
        self.assertEqual(b"written", exported.extractfile("tmp/note.txt").read())
        image = container.commit("made", "by-commit", message="说", author="a", changes=["ENV A=b"])
        self.addCleanup(self.client.images.remove, "made:by-commit")
        self.assertEqual(["made:by-commit"], image.tags)
        self.assertIn("A=b", image.attrs["Config"]["Env"])
        self.assertEqual("说", image.history()[0]["Comment"])
        self.assertEqual(b"written", self.output("made:by-commit", "cat /tmp/note.txt"))

    # --- images ---

    def test_images(self):
        image = self.client.images.get(IMAGE)
        self.assertTrue(image.tag("made/again", "2"))
        self.assertIn("made/again:2", [tag for one in self.client.images.list() for tag in one.tags])
        self.assertEqual(1, len(self.client.images.list(name="made/again")))
        saved = b"".join(self.client.images.get("made/again:2").save(named="made/again:2"))
        self.client.images.remove("made/again:2")
        with self.assertRaises(ImageNotFound):
            self.client.images.get("made/again:2")
        self.assertEqual([image.id], [loaded.id for loaded in self.client.images.load(saved)])
        self.assertEqual(image, self.client.images.get("made/again:2"))
        self.client.images.remove("made/again:2")
        root = archive("file", b"content")
        self.client.api.import_image_from_data(root, repository="made", tag="by-import", changes="CMD /file")
        self.assertEqual(["/bin/sh", "-c", "/file"], self.client.images.get("made:by-import").attrs["Config"]["Cmd"])
        self.client.images.remove("made:by-import")
        self.client.images.prune()
        with self.assertRaises(APIError):
            self.client.images.pull("127.0.0.1:1/nosuch", tag="1")

    # --- volumes ---

    def test_volumes(self):
        volume = self.client.volumes.create("kept", driver="local", labels={"kind": "test"})
        self.assertEqual([volume], self.client.volumes.list(filters={"label": "kind=test"}))
        volumes = {"kept": {"bind": "/data", "mode": "rw"}}
        self.output(IMAGE, ["sh", "-c", "echo kept > /data/file"], volumes=volumes)
        mounts = [Mount("/data", "kept", read_only=True), Mount("/scratch", None, type="tmpfs", tmpfs_size=1 << 20)]
        self.assertEqual(b"kept\n", self.output(IMAGE, "cat /data/file", mounts=mounts))
        volume.remove()
        with self.assertRaises(NotFound):
            self.client.volumes.get("kept")
        self.client.volumes.create()
        self.assertEqual(1, len(self.client.volumes.prune()["VolumesDeleted"]))

    # --- networks ---

    def test_networks(self):
        pools = IPAMConfig(pool_configs=[IPAMPool(subnet="10.99.1.0/24", gateway="10.99.1.254")])
        network = self.client.networks.create("apart", driver="bridge", ipam=pools, labels={"kind": "test"})
        self.assertEqual([network], self.client.networks.list(names=["apart"]))
        server = self.run_detached(
            "httpd", "-f", "-p", "80", "-h", "/etc", name="server", network="apart", network_mode=None, ports={"80/tcp": None}
        )
        server.reload()
        self.assertRegex(server.ports["80/tcp"][0]["HostPort"], r"^\d+$")
        client = self.run_detached("sleep", "1000", network_mode="bridge")
        network.connect(client, aliases=["asker"], ipv4_address="10.99.1.77")
        code, output = client.exec_run("wget -q -O - http://server/group")
        self.assertEqual(0, code, output)
        self.assertIn(b"root:", output)
        network.reload()
        self.assertEqual({server.id, client.id}, {container.id for container in network.containers})
        client.reload()
        self.assertEqual("10.99.1.77", client.attrs["NetworkSettings"]["Networks"]["apart"]["IPAddress"])
        network.disconnect(client)
        client.reload()
        self.assertEqual({"bridge"}, client.attrs["NetworkSettings"]["Networks"].keys())
        server.remove(force=True)
        network.remove()
        with self.assertRaises(NotFound):
            network.reload()
        self.client.networks.create("unused")
        self.assertIn("unused", self.client.networks.prune()["NetworksDeleted"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
