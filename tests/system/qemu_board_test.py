#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board with a real kernel, that really dies: its panic, a power cut and a cut network in one soak, each
found, classified and blamed right, and the soak goes on. SOAKRIG_CAMPAIGN=full (or --all) adds all other
deaths: hung task, soft lockup, OOM kill, segfault, clean reboot, killed sshd, clock step, full disk, and one
that only a power-cycle of the recovery ladder ends.

Ends with 77 where the kernel's package or the emulator cannot be had."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import rig

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "qemu_board"))
import board as virtual  # noqa: E402
import image  # noqa: E402

SKIPPED = 77


def profile(board, recovery):
    power = ", ".join(f'{verb} = ["{sys.executable}", "-B", "{HERE}/qemu_board/board.py", "{board.folder}", "{verb}"]'
                      for verb in ("on", "off"))
    return f"""
[soak]
name = "dying"
orphan_limit = "20min"
[verdict]
window = "5s"
short_window = "2s"
[[board]]
name = "dut"
connect = "ssh://board"
console = "{board.path("console")}"
power = {{ {power}, off_for = "2s", recover = 2 }}
recovery = {{ {recovery} }}
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
hang_after = "5min"
restart = {{ budget = 50, backoff = "1s" }}
[[phase]]
name = "only"
soak = "2h"
work = ["chat"]
"""


class Soak:
    """One run; deaths are made one after the other, and each must be found before the next."""

    def __init__(self, test, board, recovery='wait = "10min"'):
        self.test, self.board = test, board
        self.expected = []
        self.process = test.start("run", test.write("dying.toml", profile(board, recovery)))
        self.wait("the workload works", lambda: self.events("work.ready"), 240)

    def events(self, *kinds):
        code, _, err = self.test.run("report", "last", "--jsonl", self.test.path("run.jsonl"))
        if code != 0:
            assert self.process.poll() is None, err + self.process.communicate()[1]
            return []
        with open(self.test.path("run.jsonl"), encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if any(f'"{kind}"' in line for kind in kinds)]
        return [row for row in rows if row.get("kind") in kinds]

    def incidents(self):
        code, out, _ = self.test.run("show", "last", "--json")
        return json.loads(out)["boards"][0]["incidents"] if code == 0 else []

    def wait(self, what, done, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := done():
                return found
            assert self.process.poll() is None, f"the run ended early: …{self.process.communicate()[1][-3000:]}"
            time.sleep(1)
        raise AssertionError(f"not within {seconds} s: {what}; there is {self.incidents()}")

    def workload(self):
        """The newest process of the workload on the board."""
        return max(self.events("work.started"), key=lambda row: row["elapsed_s"])["body"]["pid"]

    def dies(self, name, how, klass, blame, words, seconds=400):
        """`how` makes one death; it becomes one incident, of that class and blame, whose evidence holds the
        words; and the board works again."""
        begin = time.monotonic()
        ready = len(self.events("work.ready"))
        how()
        want = [*self.expected, klass]

        def found():
            there = self.incidents()
            return ([i["class"] for i in there] == want and there[-1]["recovered_after_s"] is not None
                    and there[-1]["blame"] == blame and (klass == "link-loss" or
                                                         len(self.events("work.ready")) > ready) and there[-1])

        incident = self.wait(f"{name}: {want}, the last by {blame}", found, seconds)
        evidence = "\n".join(incident["evidence"])
        for word in words:
            assert word in evidence, f"{name}: '{word}' is not in: {evidence}"
        self.expected.append(klass)
        print(f"{name}: {klass}, {blame}, back after {incident['recovered_after_s']:.1f} s; "
              f"took {time.monotonic() - begin:.0f} s", flush=True)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=120)
        assert [i["class"] for i in self.incidents()] == self.expected, (self.incidents(), err)
        shown = self.test.show()
        assert shown["run"]["verdict"] in ("fail", "inconclusive"), shown["run"]
        assert shown["run"]["provenance"] == "measured", shown["run"]
        return shown


def panic(board):
    board.shoot("echo c >/proc/sysrq-trigger")


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
    soak.dies("network cut", lambda: network_cut(board), "link-loss", "unknown",
              ["unreachable", "went on all the while"])


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
                                             "tail /dev/zero", timeout=120), "oom", "board",
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
    soak = Soak(test, board, 'wait = "25s", boot = "90s", reboot = ["reboot"]')
    soak.dies("wedged", lambda: board.qmp("stop"), "link-loss", "unknown",
              ["the rig brought it back by a power-cycle"])
    rungs = [(row["body"]["rung"], row["body"]["ok"]) for row in soak.events("board.recovery")]
    assert rungs == [("reboot", True), ("reboot", False), ("power-cycle", True)], rungs
    soak.end()


def main():
    everything = "--all" in sys.argv or os.environ.get("SOAKRIG_CAMPAIGN") == "full"
    with rig.Rig() as test:
        board = virtual.Board(test.path("board"))
        try:
            board.make(os.path.abspath("qemu_board"))
        except image.Missing as missing:
            print(f"skipped: {missing}")
            return SKIPPED
        os.environ["SOAKRIG_SSH_CONFIG"] = board.path("config")
        soak = None
        try:
            board.on()
            board.wait_ready()
            soak = Soak(test, board)
            default_cases(soak, board)
            if everything:
                other_cases(soak, board)
            soak.end()
            if everything:
                with rig.Rig() as another:  # whose last run is none of those above
                    wedged(another, board)
        finally:
            if soak is not None and soak.process.poll() is None:
                soak.process.kill()
            board.off()
    return 0


if __name__ == "__main__":
    sys.exit(main())
