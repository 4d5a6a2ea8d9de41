#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The update step for a virtual board (qemu_board/), on the rig: board_update.py BOARD-FOLDER UPDATER FOLDER
TARGET PAYLOAD LINE runs board_updater.sh there, with what it prints, and ends as that does. The updater's
life hangs on this one: who kills this step kills that."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "qemu_board"))
import board as virtual  # noqa: E402

# A network that was cut is given up well after the board has given it up.
PATIENT = ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
# It dies with the end of our standard input, in a group of its own: whole.
REMOTE = ("exec 3<&0; setsid /data/board_updater.sh {words} </dev/null & updater=$!; "
          "{{ cat <&3; kill -9 -- -$updater; }} >/dev/null 2>&1 & watch=$!; "
          "wait $updater; code=$?; kill $watch; exit $code")


def main():
    board = virtual.Board(sys.argv[1])
    updater, folder, target, payload, line = sys.argv[2:]
    served = board.path("served")
    os.symlink(os.path.abspath(payload), served + ".new")
    os.rename(served + ".new", served)
    ssh = board.ssh(REMOTE.format(words=f"{updater} {folder} {target} {line}"), patience=10)
    with subprocess.Popen([ssh[0], *PATIENT, *ssh[1:]], stdin=subprocess.PIPE) as step:
        sys.exit(step.wait())


if __name__ == "__main__":
    main()
