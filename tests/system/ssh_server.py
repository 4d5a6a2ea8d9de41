# SPDX-License-Identifier: Apache-2.0
"""An OpenSSH server on loopback, run as the current user with keys, configuration and port of its
own, and the boards that tests reach through it. Each board is a key with a forced command, so that
it has its own home and, where a test wants that, its own programs or file systems; nothing of the
user's own ~/.ssh is read or written."""
import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def quiet(*argv):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, timeout=20).returncode == 0


class SshServer:
    """As a context manager; `config` is what $SOAKRIG_SSH_CONFIG is to be."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.user = getpass.getuser()
        self.config = self.path("client_config")
        self.process = None
        os.makedirs(folder, exist_ok=True)
        for key in ("host", "other_host", "nobody"):
            self.make_key(key)
        self.write("authorized_keys", "")
        self.write("known_hosts", self.known_line("host"))
        self.write("other_hosts", self.known_line("other_host"))
        self.write("no_hosts", "")
        self.write("client_config", "")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode="w"):
        with open(self.path(name), mode, encoding="utf-8") as out:
            out.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as text:
            return text.read()

    def make_key(self, name):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path(name)],
                       check=True, stdin=subprocess.DEVNULL)

    def known_line(self, key):
        return f"[127.0.0.1]:{self.port} {self.read(key + '.pub')}"

    def home(self, board):
        return self.path("home-" + board)

    def board(self, name, before="", known="known_hosts", key=None):
        """Makes an alias of that name. `before` is shell that runs ahead of the command, in place of
        which it may put another: $run is the command."""
        os.makedirs(self.home(name), exist_ok=True)
        if key is None:
            key = "key-" + name
            self.make_key(key)
            script = self.path("board-" + name)
            self.write("board-" + name,
                       f"#!/bin/sh\nunset XDG_CACHE_HOME\nHOME='{self.home(name)}'\nexport HOME\n"
                       f'run=$SSH_ORIGINAL_COMMAND\nexport run\n{before}\nexec /bin/sh -c "$run"\n')
            os.chmod(script, 0o755)
            self.write("authorized_keys",
                       f'command="{script}",restrict {self.read(key + ".pub")}', "a")
        self.write("client_config",
                   f"Host {name}\n  HostName 127.0.0.1\n  Port {self.port}\n  User {self.user}\n"
                   f"  IdentityFile {self.path(key)}\n  IdentitiesOnly yes\n  IdentityAgent none\n"
                   f"  StrictHostKeyChecking yes\n  UserKnownHostsFile {self.path(known)}\n"
                   "  GlobalKnownHostsFile /dev/null\n  UpdateHostKeys no\n", "a")
        return "ssh://" + name

    def mounted(self, options):
        """Shell that runs the command where its home is a small file system of these options."""
        return (f"exec unshare -m sh -c 'mount -t tmpfs -o {options} none \"$HOME\" && "
                "exec /bin/sh -c \"$run\"'")

    def can_mount(self):
        return quiet("unshare", "-m", "mount", "-t", "tmpfs", "none", self.home("trial"))

    def __enter__(self):
        os.makedirs(self.home("trial"), exist_ok=True)
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.write("sshd_config",
                   f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.path('host')}\n"
                   f"AuthorizedKeysFile {self.path('authorized_keys')}\nPidFile none\n"
                   "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                   "KbdInteractiveAuthentication no\nMaxStartups 100\nPermitRootLogin yes\n"
                   # The shell that starts a session reads nothing of the user's own home.
                   f"PrintMotd no\nLogLevel ERROR\nSetEnv HOME={self.folder}\n")
        sshd = shutil.which("sshd") or "/usr/sbin/sshd"
        log = open(self.path("sshd.log"), "wb")
        with log:
            self.process = subprocess.Popen([sshd, "-D", "-e", "-f", self.path("sshd_config")],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(100):
            with contextlib.suppress(OSError), \
                    socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            assert self.process.poll() is None, "sshd did not start: " + self.read("sshd.log")
            time.sleep(0.05)
        raise AssertionError("sshd does not listen: " + self.read("sshd.log"))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
