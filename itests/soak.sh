#!/usr/bin/env bash
# The full counts: runs, kills and attaches until anything that leaks shows. Takes long; verify.sh has short ones.
# RUNS, KILLS, ATTACHES and REQUESTS change the counts, and VOLUME_KILLS how often the engine is killed in each work on a
# volume (VolumeCrashIT; SEED makes the same instants again). VOLUME_RACES is how many containers start while another
# exchanges directories for links beneath them (MountRaceIT). LAYER_KILLS is how often a process is killed on each storage
# driver's layers, in each of a store's calls in turn, and LAYERS how many layers each makes and removes. CONTAINERS is how
# many run at once, on one network and on none (bench/scale.py), and REBOOT how many a played restart of the host ends
# (bench/reboot.py). FILES is how many files a container of bench/hostile.py makes in one directory, beside documents,
# connections and requests that are made to fill the engine's memory. BUILD_KILLS is how often the engine is killed in each
# kind of step of a build (BuildCrashIT), and BUILD_PAGES how many pages more each build on a full disk has (BuildFullDiskIT).
# CYCLES is how often the bundles are installed and uninstalled in one JVM (InstallCyclesIT).
set -euo pipefail
cd "$(dirname "$0")/bench"
failed=0
python3 - "${RUNS:-2000}" "${KILLS:-100}" "${ATTACHES:-10000}" "${REQUESTS:-10000}" <<'PYTHON' || failed=1
import os
import random
import socket
import subprocess
import sys
import time

from felucca import Engine, busybox_tar, descriptors, pss_kib, status

runs, kills, attaches, requests = (int(word) for word in sys.argv[1:])
seed = int(os.environ.get("SEED", time.time()))
print("SEED=%d RUNS=%d KILLS=%d ATTACHES=%d REQUESTS=%d" % (seed, runs, kills, attaches, requests))
random.seed(seed)
engine = Engine()
failed = []


def figures():
    pid = engine.pid()
    subprocess.run(["jcmd", str(pid), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return {"threads": status(pid, "Threads"), "descriptors": descriptors(pid), "pss_kib": pss_kib(pid)}


def compare(what, before, after, allowed):
    print("%s: %s -> %s" % (what, before, after))
    for name, more in allowed.items():
        if after[name] > before[name] + more:
            failed.append("%s: %s grew from %d to %d" % (what, name, before[name], after[name]))


engine.start()
engine.cli("import", busybox_tar(engine.folder), "busybox")

for _ in range(200):
    engine.ok("run", "--rm", "--network", "none", "busybox", "true")
before = figures()
begin = time.time()
for number in range(runs):
    engine.ok("run", "--rm", "--network", "none", "busybox", "true")
    if number % 500 == 499:
        print("%d runs, %s" % (number + 1, figures()), flush=True)
print("%.1f ms a run" % ((time.time() - begin) * 1000 / max(runs, 1)))
compare("%d runs" % runs, before, figures(), {"threads": 5, "descriptors": 10, "pss_kib": 16 * 1024})

name = engine.ok("run", "-d", "-i", "--network", "none", "busybox", "cat").strip()
before = figures()
for number in range(attaches):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(engine.socket)
        client.sendall(b"POST /felucca/command HTTP/1.1\r\nHost: f\r\nConnection: Upgrade\r\n"
                       b"Upgrade: felucca-command\r\n\r\n")
        words = b'{"words":["attach","--no-stdin","%s"],"cwd":"/","columns":80,"rows":24}' % name.encode()
        client.sendall(b"\x01" + len(words).to_bytes(4, "big") + words)
        if number % 10 == 0:
            client.recv(100)
time.sleep(5)
compare("%d abandoned attaches" % attaches, before, figures(), {"threads": 10, "descriptors": 20, "pss_kib": 32 * 1024})


def ask(method, target, headers=b"", body=b"", whole=True):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(engine.socket)
        client.sendall(b"%s %s HTTP/1.1\r\nHost: f\r\nContent-Length: %d\r\n%s\r\n%s"
                       % (method, target, len(body), headers, body))
        answer = client.recv(65536)
        while whole and client.recv(65536):
            pass
        return answer


close = b"Connection: close\r\n"
container = b"/containers/" + name.encode()
calls = [
    (b"GET", b"/containers/json?all=1", close, b"", True),
    (b"GET", container + b"/json", close, b"", True),
    (b"GET", container + b"/logs?stdout=1", close, b"", True),
    (b"POST", b"/containers/create", close + b"Content-Type: application/json\r\n", b"{", True),
    (b"POST", container + b"/attach?stream=1&stdout=1", b"Connection: Upgrade\r\nUpgrade: tcp\r\n", b"", False),
    (b"POST", container + b"/wait", b"", b"", False),
    (b"GET", container + b"/logs?stdout=1&follow=1", b"", b"", False)]
for number in range(500):
    ask(*calls[number % len(calls)])
time.sleep(5)
before = figures()
begin = time.time()
for number in range(requests):
    if not ask(*calls[number % len(calls)]).startswith(b"HTTP/1.1 "):
        failed.append("request %d was not answered" % number)
print("%.2f ms a request" % ((time.time() - begin) * 1000 / max(requests, 1)))
time.sleep(5)
compare("%d requests" % requests, before, figures(), {"threads": 10, "descriptors": 20, "pss_kib": 16 * 1024})
engine.ok("rm", "-f", name)

for number in range(kills):
    works = [subprocess.Popen([sys.executable, "-c", "import sys; from felucca import command; "
                               "code, out, err = command(*sys.argv[1:]); print(out, end=''); sys.exit(code)",
                               engine.socket, "run", "-d", "--network", "none", "busybox", "sleep", "1000"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(4)]
    time.sleep(random.random())
    os.kill(engine.pid(), 9)
    told = [work.communicate()[0].decode().strip() for work in works if work.wait() == 0 or True]
    engine.start()
    known = engine.ok("ps", "-q", "--no-trunc").split()
    for work, name in zip(works, told):
        if work.returncode == 0 and name not in known:
            failed.append("kill %d: run -d told %s, which does not run" % (number, name))
    ids = engine.ok("ps", "-aq").split()
    if ids:
        engine.ok("rm", "-f", *ids)
    with open("/proc/self/mountinfo") as mounts:
        left = [line for line in mounts if engine.folder + "/" in line]
    if left:
        failed.append("kill %d: mounts left: %s" % (number, left))
print("%d kills" % kills)

engine.remove()
for line in failed:
    print("FAILED " + line)
sys.exit(1 if failed else 0)
PYTHON
for network in user none; do
    python3 scale.py --count "${CONTAINERS:-1000}" --network "$network" --limits || failed=1
done
python3 reboot.py --count "${REBOOT:-500}" --limits || failed=1
python3 hostile.py --files "${FILES:-1500000}" || failed=1

cd ../..
seed=${SEED:-$(date +%s)}
# A round of the contract of storage drivers kills once in each of ten calls.
layers=("-Dfelucca.crash.rounds=$(((${LAYER_KILLS:-200} + 9) / 10))" "-Dfelucca.crash.seed=$seed"
    "-Dfelucca.layers=${LAYERS:-2000}")
mvn -q test -pl drivers/storage-overlay2,drivers/storage-vfs,drivers/storage-btrfs -am "-Dtest=*DriverContractTest" \
    -Dsurefire.failIfNoSpecifiedTests=false "${layers[@]}" || failed=1
mvn -q verify -pl itests -am -DskipTests -Dit.test=VolumeCrashIT,MountRaceIT,DevicemapperIT,BuildCrashIT,BuildFullDiskIT,InstallCyclesIT \
    -Dfailsafe.failIfNoSpecifiedTests=false \
    "-Dfelucca.build.kills=${BUILD_KILLS:-20}" "-Dfelucca.pages=${BUILD_PAGES:-4}" \
    "-Dfelucca.cycles=${CYCLES:-50}" "-Dfelucca.kills=${VOLUME_KILLS:-20}" "-Dfelucca.starts=${VOLUME_RACES:-300}" "-Dfelucca.seed=$seed" "${layers[@]}" || failed=1
exit $failed
