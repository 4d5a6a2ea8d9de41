# SPDX-License-Identifier: Apache-2.0
"""A virtual board for a test, a soak of it, and what is asked of it while the board dies."""
import json
import os
import pathlib
import signal
import sys
import time

import rig
from board import Board
from machines import X86_64
from packages import Missing

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def with_board(use, machine=X86_64):
    """use(rig, board), the board being up and named `board` to soakrig's ssh. The test's exit code: 77 where
    it cannot be had."""
    with rig.Rig() as test:
        board = Board(test.path("board"), machine)
        try:
            board.make(os.path.abspath("qemu_board"))
        except Missing as missing:
            print(f"skipped: {missing}")
            return SKIPPED
        os.environ["SOAKRIG_SSH_CONFIG"] = board.path("config")
        try:
            board.on()
            board.wait_ready()
            use(test, board)
        finally:
            board.off()
    return 0


def switch(board, verb):
    """The command of its supply: on or off."""
    return [sys.executable, "-B", str(HERE / "board.py"), str(board.folder), verb]


def profile(board, recovery='wait = "10min"', phase='soak = "2h"', more=""):
    """Of a soak of that board by a small model."""
    power = ", ".join(f"{verb} = {json.dumps(switch(board, verb))}" for verb in ("on", "off"))
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
{more}
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
hang_after = "5min"
restart = {{ budget = 50, backoff = "1s" }}
[[phase]]
name = "only"
{phase}
work = ["chat"]
"""


class Soak:
    """One run; deaths are made one after the other, and each must be found before the next. A context: a test
    that fails leaves none behind."""

    def __init__(self, test, text):
        """`text`: the profile."""
        self.test = test
        self.expected = []
        self.process = test.start("run", test.write("dying.toml", text))
        try:
            self.wait("the workload works", lambda: self.events("work.ready"), 240)
        except AssertionError:
            self.process.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()

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
        words (of a tuple any); and the board works again."""
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
            either = (word,) if isinstance(word, str) else word
            assert any(one in evidence for one in either), f"{name}: {word!r} is not in: {evidence}"
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
