#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.cycle_faults`: the faults of docs/examples/faults.sh, made for real. An updater fetches its
image over HTTP into a file system of its own; the network is cut, made slow, and the disk is filled, in a
network and mount namespace that this test makes for itself (skipped, 77, where it may not). What must
come of it is known: an update that cannot fetch or write its image leaves the old version. The wall clock
is the machine's, so it is not stepped here. docs/examples/update.toml uses the same script."""
import http.server
import json
import os
import subprocess
import sys
import threading

import rig

SOURCE = os.environ["SOAKRIG_SOURCE"]
FAULTS = os.path.join(SOURCE, "docs/examples/faults.sh")
IMAGE = b"x" * 40_000
INSIDE = "SOAKRIG_CYCLE_FAULTS_INSIDE"

# Two slots and a link. It says that it began and, where a fault is to come, holds until it is there: no
# server any more, a slow one, or no room.
UPDATER = """
import os, subprocess, sys, time, urllib.request
folder, target, url, line, waits_for = sys.argv[1:6]
def reached():
    try:
        urllib.request.urlopen(url + "/small", timeout=0.3).read()
        return True
    except OSError:
        return False
def full():
    at = os.statvfs(folder)
    return at.f_bavail == 0
def slow():
    return b"tbf" in subprocess.check_output(["tc", "qdisc", "show", "dev", "lo"])
print("began", flush=True)
there = {"cut": lambda: not reached(), "slow": slow, "full": full}[waits_for]
until = time.monotonic() + 5
while int(line) == 1 and not there() and time.monotonic() < until:
    time.sleep(0.01)
image = urllib.request.urlopen(url + "/image", timeout=20).read()
slot = "b" if os.readlink(folder + "/active") == "a" else "a"
# Beside the old one, whose room would else be free again.
with open(f"{folder}/{slot}.part", "wb") as out:
    out.write(image + target.encode())
    out.flush()
    os.fsync(out.fileno())
os.replace(f"{folder}/{slot}.part", f"{folder}/{slot}")
os.symlink(slot, folder + "/new")
os.replace(folder + "/new", folder + "/active")
"""
VERSION = "import sys; print(open(sys.argv[1] + '/active', 'rb').read()[40000:].decode())"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = IMAGE if self.path == "/image" else b"here"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the network is gone

    def log_message(self, *_):
        pass


def cycles(folder, url, fault, waits_for, off, on, others="50%", count=2):
    updater = [sys.executable, "-S", "-E", "-B", "-c", UPDATER, folder, "{target}", url, "{line}", waits_for]
    version = [sys.executable, "-S", "-E", "-B", "-c", VERSION, folder]
    steps = {"update": updater, "health": ["true"], "version-of": version, off[0]: [FAULTS, *off[1:]],
             on[0]: [FAULTS, *on[1:]]}
    argv = [os.path.join(rig.BIN, "soakrig-work"), "cycle", "--cycles", str(count), "--seed", "5", "--settle",
            "200ms", "--step-timeout", "30s", "--fault-lines", "1", "--fault", f"{fault}={'50%' if others else '100%'}"]
    argv += ["--fault", "none=" + others] if others else []
    argv += [f"--{name}={word}" for name, words in steps.items() for word in words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, (done.stdout[-1000:], done.stderr)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    out = [line["event"]["cycle"] for line in said if "event" in line]
    assert len(out) == count and {c["fault"] for c in out} == {fault, *(["none"] if others else [])}, out
    assert all(c["fault_broken"] is None for c in out), out
    return out


def inside():
    # A loopback's packets would be larger than the bucket.
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1500", "up"], check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    with rig.Rig() as bench:
        folder = bench.path("board")
        os.makedirs(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", folder], check=True)
        with open(folder + "/a", "wb") as out:
            out.write(IMAGE + b"0")
        os.symlink("a", folder + "/active")
        network = lambda how: (("network-off", how, "lo"), ("network-on", "network-on", "lo"))
        try:
            for c in cycles(folder, url, "network-cut", "cut", *network("network-cut")):
                assert c["class"] == ("updated" if c["fault"] == "none" else "rolled-back"), c
            for c in cycles(folder, url, "disk-full", "full", ("disk-fill", "disk-fill", folder),
                            ("disk-free", "disk-free", folder)):
                assert c["class"] == ("updated" if c["fault"] == "none" else "rolled-back"), c
            slowed = cycles(folder, url, "network-cut", "slow", *network("network-slow"), others="", count=1)
            assert [c["class"] for c in slowed] == ["updated"], slowed
            # 40 kB at 64 kbit/s, less the 16 kB that go at once.
            assert slowed[0]["took_s"] > 2, slowed
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
        # What a missing interface or folder leaves is an error of the fault, not of the board.
        assert subprocess.run([FAULTS, "network-cut", "none0"], stderr=subprocess.DEVNULL, check=False).returncode
        assert subprocess.run([FAULTS], stderr=subprocess.DEVNULL, check=False).returncode == 64
    print("cycle_faults: cut, slow and full, each as it must end")


def main():
    if os.environ.get(INSIDE):
        inside()
        return
    if subprocess.run(["unshare", "-mn", "tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "64kbit",
                       "burst", "16kb", "latency", "2s"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("skipped: no namespaces of its own here, or no token bucket in the kernel")
        sys.exit(77)
    done = subprocess.run(["unshare", "-mn", sys.executable, "-B", os.path.abspath(__file__)],
                          env=dict(os.environ, **{INSIDE: "1"}), check=False, timeout=150)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
