#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The virtual board as a process: a folder holds its command line, its disks, its console and the socket of
its monitor. As a program it is the switch of its supply and of its network: board.py FOLDER
on|off|unplug|plug|boot; the last two wait until it can be reached."""
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
import machines

SERVER = "10.0.2.100"  # the one machine that the board reaches: it sends the file `served` to whoever calls


class Board:
    def __init__(self, folder, machine=machines.X86_64):
        self.folder, self.machine = pathlib.Path(folder), machine

    def path(self, name):
        return str(self.folder / name)

    # --- making it ---------------------------------------------------------------------------------

    def make(self, cache):
        """Raises image.Missing. Afterwards `config` is an ssh configuration that knows it as `board` (its
        user) and `board-root`."""
        machine = self.machine
        emulator = image.tool(machine.emulator)
        os.makedirs(self.folder, exist_ok=True)
        os.makedirs(cache, exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path("key")], check=True,
                       stdin=subprocess.DEVNULL)
        public = pathlib.Path(self.path("key.pub")).read_text(encoding="utf-8")
        kernel, initramfs, host = image.build(machine, cache, str(self.folder), public)
        image.disk(self.path("data"), 64)
        image.disk(self.path("spare"), 16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # What the board is made of, as its device tree describes it, then what is plugged into it.
        argv = [emulator, *machine.arguments, "-accel", "tcg", "-m", str(machines.MEMORY_MB), "-smp", "1",
                "-display", "none", "-no-user-config", "-nodefaults"]
        if machine.device_tree:
            argv += ["-dtb", image.device_tree(machine, str(self.folder), argv)]
        argv = ["nice", "-n", "3", *argv, "-kernel", kernel, "-initrd", initramfs,
                "-append", f"console={machine.console} panic=2 loglevel=4 quiet random.trust_cpu=on "
                           f"{machine.kernel_words}",
                "-drive", f"file={self.path('data')},format=raw,if=virtio",
                "-drive", f"file={self.path('spare')},format=raw,if=virtio",
                "-netdev", f"user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22,"
                f"guestfwd=tcp:{SERVER}:80-cmd:{image.tool('cat')} {self.path('served')}",
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

    def ssh(self, command, patience=20):
        """The argv that runs it there."""
        return ["ssh", "-F", self.path("config"), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-o",
                f"ConnectTimeout={patience}", "board-root", command]

    def root(self, command, timeout=60):
        """Runs it as root on the board; (exit code, output)."""
        done = subprocess.run(self.ssh(command), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, check=False)
        return done.returncode, done.stdout + done.stderr

    def put(self, file, place):
        """A file of this machine to a place there, with its mode."""
        with open(file, "rb") as data:
            subprocess.run(self.ssh(f"cat >{place} && chmod {os.stat(file).st_mode & 0o777:o} {place}"),
                           stdin=data, check=True, timeout=60)

    def shoot(self, command):
        """The same for what takes the board, or the connection, along: the command has been told to go when
        this returns."""
        with subprocess.Popen(self.ssh(f"echo ready; read -r go; {command}", patience=120),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as shot:
            said = shot.stdout.readline()
            assert said == "ready\n", said
            shot.stdin.write("go\n")
            shot.stdin.flush()
            with contextlib.suppress(subprocess.TimeoutExpired):
                shot.wait(4)
            shot.kill()

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
    {"on": board.on, "off": board.off, "unplug": lambda: board.network(False),
     "plug": lambda: board.network(True), "boot": board.on}[sys.argv[2]]()
    if sys.argv[2] in ("plug", "boot"):
        board.wait_ready()
