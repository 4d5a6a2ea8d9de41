#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board with a real kernel, that really dies: its panic, a power cut and a cut network in one soak, each
found, classified and blamed right, and the soak goes on. SOAKRIG_CAMPAIGN=full (or --all) adds all other
deaths: hung task, soft lockup, OOM kill, segfault, clean reboot, killed sshd, clock step, full disk, and one
that only a power-cycle of the recovery ladder ends.

Ends with 77 where the kernel's package or the emulator cannot be had."""
import os
import pathlib
import sys
import time

import rig

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "qemu_board"))
from soak import Soak, panic, profile, with_board  # noqa: E402


def power_cut(board):
    board.off()
    time.sleep(2)
    board.on()


def network_cut(board, seconds=30):
    board.network(False)
    time.sleep(seconds)
    board.network(True)


def default_cases(soak, board):
    soak.dies("panic", lambda: panic(board), "kernel-panic", "board",
              ["sysrq triggered crash", "pstore: ", "console at", "boot_id changed"])
    soak.dies("power cut", lambda: power_cut(board), "power-loss", "unknown",
              ["pstore was read and holds no panic", "no orderly end"])
    # Its kernel says on the console that the link is up: the last look may come between that and ssh's answer.
    soak.dies("network cut", lambda: network_cut(board), "link-loss", "unknown",
              [("unreachable", "it was talking"), "went on all the while"])


def hung_task(board):
    board.shoot("sysctl -w kernel.hung_task_timeout_secs=5 kernel.hung_task_panic=1; fsfreeze --freeze /spare; "
                "(echo x >/spare/x) >/dev/null 2>&1 </dev/null &")


def soft_lockup(board):
    board.root("sysctl -w kernel.watchdog_thresh=5 kernel.softlockup_panic=1")
    board.freeze(16)


def kill_sshd(board):
    board.shoot("(sleep 1; killall -9 dropbear; sleep 25; "
                "dropbear -E -s -r /etc/dropbear/host_key) >/dev/null 2>&1 </dev/null &")


def full_disk(board):
    board.root("dd if=/dev/zero of=/data/filler bs=64k; sync")
    network_cut(board)
    board.root("rm /data/filler")


def other_cases(soak, board):
    soak.dies("segfault", lambda: board.root(f"kill -SEGV {soak.workload()}"), "workload-crash", "board",
              ["SIGSEGV (11)"])
    soak.dies("OOM kill", lambda: board.root(f"echo 1000 >/proc/{soak.workload()}/oom_score_adj; "
                                             "tail /dev/zero", timeout=400), "oom", "board",
              ["oom_kill in /proc/vmstat rose"])
    soak.dies("sshd killed", lambda: kill_sshd(board), "link-loss", "board", ["no-service"])
    soak.dies("hung task", lambda: hung_task(board), "lockup", "board", ["hung_task", "blocked for more than"])
    soak.dies("soft lockup", lambda: soft_lockup(board), "lockup", "board", ["soft lockup"])
    soak.dies("clean reboot", lambda: board.shoot("reboot"), "planned-reboot", "unknown",
              ["Restarting system", "orderly end"])
    soak.dies("full disk", lambda: full_disk(board), "link-loss", "unknown", ["went on all the while"])
    for year in ("1970", "2030"):
        board.root(f"date -s {year}-01-02")
        time.sleep(20)
        assert [i["class"] for i in soak.incidents()] == soak.expected, "a clock step is no incident"
        print(f"clock step to {year}: no incident", flush=True)


def wedged(test, board):
    """Nothing answers and nothing comes back by itself: the ladder's reboot fails, its power-cycle helps."""
    with Soak(test, profile(board, 'wait = "25s", boot = "90s", reboot = ["reboot"]')) as soak:
        soak.dies("wedged", lambda: board.qmp("stop"), "link-loss", "unknown",
                  ["the rig brought it back by a power-cycle"])
        rungs = [(row["body"]["rung"], row["body"]["ok"]) for row in soak.events("board.recovery")]
        assert rungs == [("reboot", True), ("reboot", False), ("power-cycle", True)], rungs
        soak.end()


def main():
    everything = "--all" in sys.argv or os.environ.get("SOAKRIG_CAMPAIGN") == "full"

    def dying(test, board):
        with Soak(test, profile(board)) as soak:
            default_cases(soak, board)
            if everything:
                other_cases(soak, board)
            soak.end()
        if everything:
            with rig.Rig() as another:  # whose last run is none of those above
                wedged(another, board)

    return with_board(dying)


if __name__ == "__main__":
    sys.exit(main())
