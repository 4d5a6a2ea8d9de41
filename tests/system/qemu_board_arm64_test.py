#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.qemu_board_arm64`: the virtual 64-bit Arm board is a board. Debian's kernel for it boots, can be
reached by ssh, reads a temperature and a clock through real drivers, of which the temperature follows its
register; it panics, comes back by itself, and has kept the kernel's last words.

Ends with 77 where its packages or the emulator cannot be had."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "qemu_board"))
import machines  # noqa: E402
from soak import panic, with_board  # noqa: E402

CELSIUS = "cat /sys/class/thermal/thermal_zone0/temp"


def said(board, command):
    code, out = board.root(command)
    assert code == 0, (command, out)
    return out.strip()


def is_a_board(_, board):
    assert said(board, "uname -m") == "aarch64"
    assert said(board, "cat /sys/class/thermal/thermal_zone0/type") == "cpu-thermal"
    assert said(board, "cat /sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq") == "1500000"
    assert abs(int(said(board, CELSIUS)) - 45000) < 500
    hot = f"devmem {machines.TEMPERATURE:#x} 32 {machines.temperature_word(80):#x}"
    assert abs(int(said(board, f"{hot} && {CELSIUS}")) - 80000) < 500
    boot = said(board, "cat /proc/sys/kernel/random/boot_id")
    panic(board)
    board.wait_ready()
    assert said(board, "cat /proc/sys/kernel/random/boot_id") != boot
    assert "sysrq triggered crash" in said(board, "cat /var/lib/systemd/pstore/last/dmesg-ramoops-*")
    assert abs(int(said(board, CELSIUS)) - 45000) < 500  # a reset is a reset for its registers, too


if __name__ == "__main__":
    sys.exit(with_board(is_a_board, machines.AARCH64))
