#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The virtual board as a process: a folder holds its command line, its disks, its console and the socket of
its monitor. As a program it is the switch of its supply: board.py FOLDER on|off."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import image

MEMORY_MB = 256
RAMOOPS = 0xf000000  # as init.sh says; kept out of the kernel's hands by memmap


class Board:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def path(self, name):
        return str(self.folder / name)

    # --- making it ---------------------------------------------------------------------------------

    def make(self, cache):
        """Raises image.Missing. Afterwards `config` is an ssh configuration that knows it as `board` (its
        user) and `board-root`."""
        qemu = image.tool("qemu-system-x86_64")
        os.makedirs(self.folder, exist_ok=True)
        os.makedirs(cache, exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path("key")], check=True,
                       stdin=subprocess.DEVNULL)
        public = pathlib.Path(self.path("key.pub")).read_text(encoding="utf-8")
        kernel, initramfs, host = image.build(cache, str(self.folder), public)
        image.disk(self.path("data"), 64)
        image.disk(self.path("spare"), 16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kernel_words = (f"console=ttyS0,115200 memmap=512K${RAMOOPS:#x} panic=2 loglevel=4 quiet "
                        "random.trust_cpu=on no_timer_check mitigations=off nokaslr "
                        # An emulated TSC that was measured on a busy host runs at any speed.
                        "clocksource=hpet tsc=unstable")
        argv = ["nice", "-n", "3", qemu, "-accel", "tcg", "-cpu", "max", "-m", str(MEMORY_MB), "-smp", "1",
                "-display", "none", "-no-user-config", "-nodefaults", "-kernel", kernel, "-initrd", initramfs,
                "-append", kernel_words,
                "-drive", f"file={self.path('data')},format=raw,if=virtio",
                "-drive", f"file={self.path('spare')},format=raw,if=virtio",
                "-netdev", f"user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22",
                "-device", "e1000,netdev=net0,id=nic0", "-device", "i6300esb", "-action", "watchdog=reset",
                "-chardev", "pty,id=console", "-serial", "chardev:console",
                "-qmp", f"unix:{self.path('qmp')},server=on,wait=off"]
        pathlib.Path(self.path("command.json")).write_text(json.dumps(argv), encoding="utf-8")
        common = (f"  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {self.path('key')}\n"
                  "  IdentitiesOnly yes\n  IdentityAgent none\n  StrictHostKeyChecking yes\n"
                  f"  UserKnownHostsFile {self.path('known_hosts')}\n  GlobalKnownHostsFile /dev/null\n"
                  "  UpdateHostKeys no\n")
        pathlib.Path(self.path("config")).write_text(
            f"Host board\n  User soak\n{common}Host board-root\n  User root\n{common}", encoding="utf-8")
        pathlib.Path(self.path("known_hosts")).write_text(f"[127.0.0.1]:{port} {host}\n", encoding="utf-8")

    # --- its supply --------------------------------------------------------------------------------

    def pid(self):
        """Of the living process; None when it is off."""
        with contextlib.suppress(OSError, ValueError):
            pid = int(pathlib.Path(self.path("pid")).read_text(encoding="utf-8"))
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            if self.path("qmp").encode() in words:
                return pid
        return None

    def on(self):
        if self.pid() is not None:
            return
        argv = json.loads(pathlib.Path(self.path("command.json")).read_text(encoding="utf-8"))
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.path("qmp"))
        with open(self.path("log"), "ab") as log:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True)
        pathlib.Path(self.path("pid")).write_text(str(process.pid), encoding="utf-8")
        for _ in range(200):
            with contextlib.suppress(OSError, ValueError, KeyError):
                devices = self.qmp("query-chardev")
                port = next(d["filename"] for d in devices if d["label"] == "console")
                # As an adapter's by-id name, which stays when the port is another one.
                link = self.path("console.new")
                os.symlink(port.removeprefix("pty:"), link)
                os.rename(link, self.path("console"))
                return
            assert process.poll() is None, pathlib.Path(self.path("log")).read_text(encoding="utf-8")
            time.sleep(0.05)
        raise AssertionError("the board's monitor does not answer")

    def off(self):
        """A cut: nothing in it gets a word in."""
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        for _ in range(200):
            if self.pid() is None:
                return
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.02)

    # --- what is done to it ------------------------------------------------------------------------

    def qmp(self, command, **arguments):
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(10)
            monitor.connect(self.path("qmp"))
            with monitor.makefile("rw", encoding="utf-8") as lines:
                lines.readline()
                for message in ({"execute": "qmp_capabilities"},
                                {"execute": command, "arguments": arguments}):
                    lines.write(json.dumps(message) + "\n")
                    lines.flush()
                    while "event" in (answer := json.loads(lines.readline())):
                        pass
                return answer["return"]

    def network(self, up):
        self.qmp("set_link", name="nic0", up=up)

    def freeze(self, seconds):
        """Its processor stands still while its clock goes on."""
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)

    def root(self, command, timeout=60):
        """Runs it as root on the board; (exit code, output)."""
        done = subprocess.run(["ssh", "-F", self.path("config"), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
                               "-o", "ConnectTimeout=20", "board-root", command], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, check=False)
        return done.returncode, done.stdout + done.stderr

    def shoot(self, command):
        """The same for what takes the board, or the connection, along."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.root(command, timeout=4)

    def wait_ready(self, seconds=300):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self.root("true", timeout=30)[0] == 0:
                    return
            time.sleep(0.5)
        raise AssertionError("the board did not come up: " +
                             pathlib.Path(self.path("log")).read_text(encoding="utf-8"))


if __name__ == "__main__":
    board = Board(sys.argv[1])
    {"on": board.on, "off": board.off}[sys.argv[2]]()
