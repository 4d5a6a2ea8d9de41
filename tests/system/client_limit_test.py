#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A result is void where the load client was the limit: one that gets no core, one that is asked for more
than it can do, one that sends late. The same load with a client that is free is judged. All at once, each
with its engine: what is waited for is time, not work."""
import os
import pathlib
import signal
import sys
import threading
import time

import rig
from engine_server import Engine
from guarded_run import wait_for

CLAIM = """
[[board]]
name = "local"
[[board.claim]]
name = "tokens_per_s"
value = 1.0
"""
CLOSED = "streams = 8"  # a few hundredths of a core for the client
OPEN = 'arrivals = "constant"\nrate = 40.0'
# What is said where others took the machine, which no test can keep them from.
OTHERS = ("other programs", "steal")


class Soak(threading.Thread):
    """A soak of an engine of its own; `hurt(pid)` is called once its client works, and its end undone."""

    def __init__(self, load, hurt=None, engine=None):
        super().__init__()
        self.engine = engine or Engine(token_s=0.002)
        self.load = (f'kind = "openai"\nurl = "{self.engine.url}"\nanswer_tokens = 8\n'
                     f'hang_after = "60s"\n{load}')
        self.hurt, self.heal, self.failed, self.shown = hurt, lambda: None, None, None

    def run(self):
        try:
            with rig.Rig() as bench:
                hurting = threading.Thread(target=self.hurt_it)
                hurting.start()
                profile = rig.short_profile(self.load, 'soak = "8s"', CLAIM)
                short = profile.replace('"1s"', '"0.5s"').replace('"2s"', '"1s"')  # windows enough
                _, _, err = bench.run("run", bench.write("soak.toml", short))
                hurting.join()
                self.shown = bench.show()
                assert self.shown["run"]["state"] == "sealed", err
        except BaseException as error:  # told by the main thread
            self.failed = repr(error)
        finally:
            self.heal()
            self.engine.close()

    def hurt_it(self):
        if self.hurt is None:
            return
        try:
            wait_for(lambda: self.engine.counts.get("good", 0) > 5, "work")
            self.heal = self.hurt(self.client()) or self.heal
        except BaseException as error:
            self.failed = repr(error)

    def client(self):
        for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().decode().split("\0")
            except OSError:
                continue  # it has ended
            if words[0].endswith("soakrig-work") and self.engine.url in words:
                return int(file.parent.name)
        raise AssertionError("no client")

    def said(self):
        """(claim, what the rule on stability says)"""
        assert self.failed is None, self.failed
        board = self.shown["boards"][0]
        (rule,) = [rule for rule in board["rules"] if rule["rule"] == "stability"]
        return board["claims"][0], rule


class Wide(Engine):
    """Answers of many tokens, made beforehand: it costs the client more to read them than to send."""

    WIDE = 4000

    def __init__(self):
        token = b'data: {"choices":[{"index":0,"delta":{"content":"la "}}]}\n\n'
        end = b'data: {"choices":[],"usage":{"completion_tokens":%d,"prompt_tokens":3}}\n\ndata: [DONE]\n\n'
        self.body = token * self.WIDE + end % self.WIDE
        super().__init__()

    def do_good(self, handler):
        self.plain(handler, 200, "text/event-stream", self.body)


def quota_group():
    """A control group with half a hundredth of a core, or None where none can be made."""
    name = f"soakrig-client-{os.getpid()}"
    for root, limit in (("/sys/fs/cgroup/cpu", {"cpu.cfs_period_us": "200000", "cpu.cfs_quota_us": "1000"}),
                        ("/sys/fs/cgroup", {"cpu.max": "1000 200000"})):
        group = pathlib.Path(root, name)
        try:
            group.mkdir()
            for file, text in limit.items():
                (group / file).write_text(text, encoding="ascii")
            return group
        except OSError:
            if group.is_dir():
                group.rmdir()
    return None


def starved(group):
    def hurt(pid):
        (group / "cgroup.procs").write_text(str(pid), encoding="ascii")
    return hurt


def stopped_again_and_again(pid):
    """The client sleeps for 60 ms out of 80."""
    over = threading.Event()

    def run():
        try:
            while not over.wait(0.02):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(0.06)
                os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass  # the soak is over

    thread = threading.Thread(target=run)
    thread.start()

    def heal():
        over.set()
        thread.join()
    return heal


def check_void(name, soak, why):
    claim, rule = soak.said()
    for what, said in (("claim", claim), ("stability", rule)):
        assert said["verdict"] == "inconclusive", (name, what, said)
        assert why in said["reason"], (name, what, said["reason"])
    print(f"{name}: {claim['reason']}")


def check_judged(name, soak):
    claim, rule = soak.said()
    for said in (claim, rule):
        assert "load client" not in said["reason"], (name, said)
    if any(words in claim["reason"] for words in OTHERS):
        print(f"{name}: others took the machine: {claim['reason']}")
    else:
        assert claim["verdict"] == "pass" and rule["verdict"] in ("pass", "fail"), (name, claim, rule)


def main():
    group = quota_group()
    free = {"closed": Soak(CLOSED), "open": Soak(OPEN)}
    void = {"late": (Soak(OPEN, stopped_again_and_again), "sent requests late"),
            "overrun": (Soak("streams = 4", engine=Wide()), "the load client itself")}
    if group is None:
        print("no control group can be made here: a client with a quota is not tried")
    else:
        void["starved"] = (Soak(CLOSED, starved(group)), "% of the time for a core")
    soaks = [*free.values(), *(soak for soak, _ in void.values())]
    for soak in soaks:
        soak.start()
    for soak in soaks:
        soak.join()
    if group is not None:
        group.rmdir()
    for name, (soak, why) in void.items():
        check_void(name, soak, why)
    for name, soak in free.items():
        check_judged(name, soak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
