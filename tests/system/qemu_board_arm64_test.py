#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.qemu_board_arm64`: the virtual 64-bit Arm board is a board, and is soaked. Debian's kernel for
it boots and reads a temperature and a clock through real drivers, of which the temperature follows its register.
soakrig's programs for its architecture are deployed to it and work there with NEON, its heat is in the run, its
panic is one incident with the kernel's last words, and the work goes on after it.

Ends with 77 where its packages, the emulator or the programs (./bootstrap.sh build --arm64) cannot be had."""
import csv
import os
import pathlib
import sys

import rig

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "qemu_board"))
import machines  # noqa: E402
from soak import SKIPPED, Soak, panic, profile, with_board  # noqa: E402

CELSIUS = "cat /sys/class/thermal/thermal_zone0/temp"
PROGRAMS = os.path.join(rig.BIN, "../../arm64/bin")  # where soakrig looks for them beside its own build


def said(board, command):
    code, out = board.root(command)
    assert code == 0, (command, out)
    return out.strip()


def heat(board, celsius):
    """What its sensor's register holds from now on, and what the driver makes of it."""
    word = machines.temperature_word(celsius)
    return int(said(board, f"devmem {machines.TEMPERATURE:#x} 32 {word:#x} && {CELSIUS}")) / 1000


def is_a_board(board):
    assert said(board, "uname -m") == "aarch64"
    assert said(board, "cat /sys/class/thermal/thermal_zone0/type") == "cpu-thermal"
    assert said(board, "cat /sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq") == "1500000"
    assert abs(int(said(board, CELSIUS)) / 1000 - 45) < 0.5
    assert abs(heat(board, 80) - 80) < 0.5
    assert abs(heat(board, 45) - 45) < 0.5


def temperatures(test):
    """All of the run, in its order."""
    code, _, err = test.run("report", "last", "--csv", test.path("tables"))
    assert code == 0, err
    out = []
    for path in sorted(pathlib.Path(test.path("tables")).glob("dut.*.csv")):
        with open(path, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                out += [float(row[name]) for name in row if name.endswith("[Cel]") and row[name]]
    return out


def is_soaked(test, board):
    with Soak(test, profile(board)) as soak:
        ready = soak.events("work.ready")[0]["body"]
        assert "neon" in str(ready).lower(), ready
        heat(board, 80)
        soak.wait("its heat in the run", lambda: max(temperatures(test), default=0) > 79, 120)
        soak.dies("panic", lambda: panic(board), "kernel-panic", "board",
                  ["sysrq triggered crash", "pstore: ", "console at", "boot_id changed"])
        shown = soak.end()
    every = temperatures(test)
    for is_there in (45, 80):
        assert any(abs(t - is_there) < 0.5 for t in every), (is_there, sorted(set(every)))
    assert abs(every[-1] - 45) < 0.5, every[-5:]  # a reset is a reset for its registers, too
    assert shown["run"]["verdict"] == "fail", shown["run"]


def board_and_soak(test, board):
    is_a_board(board)
    is_soaked(test, board)


if __name__ == "__main__":
    if not os.path.exists(os.path.join(PROGRAMS, "soakrig-work")):
        print("skipped: no programs for it (./bootstrap.sh build --arm64)")
        sys.exit(SKIPPED)
    sys.exit(with_board(board_and_soak, machines.AARCH64))
