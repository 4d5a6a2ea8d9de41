# SPDX-License-Identifier: Apache-2.0
"""A run that heats a virtual chamber, for what looks at how a guard makes it safe: the tests kill
around in it, the bench times it."""
import json
import os
import random
import signal
import subprocess
import time

from modbus_tcp import Chamber
from rig import BIN, Rig

HOT, SAFE = 60.0, 21.0
PROFILE = """
[soak]
name = "heat"
sample = "1s"
[chamber]
connect = "virtual:{ready}"
safe = {{ temperature = {safe} }}
limits = {{ low = -10.0, high = 80.0 }}
[workload.idle]
kind = "program"
work = "units"
argv = ["/bin/sh", "-c", 'echo "{{\\"ready\\":true,\\"instance\\":0}}"; exec sleep 600']
[[phase]]
name = "hot"
ambient = {hot}
tolerance = 50.0
soak = "5min"
work = ["idle"]
"""


class GuardedRig(Rig):
    def __init__(self, seed):
        super().__init__()
        self.random = random.Random(seed)
        self.guard_dir = self.path("guard")

    def environment(self):
        return dict(super().environment(), SOAKRIG_GUARD_DIR=self.guard_dir)


class Bench:
    def __init__(self, rig):
        self._ready = rig.path("ready.json")
        self.process = subprocess.Popen(
            [os.path.join(BIN, "soakrig"), "virtual", "serve", "--tree", rig.path("tree"),
             "--listen", "127.0.0.1:0", "--ready-file", self._ready],
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(self._ready), "the bench")
        with open(self._ready, encoding="utf-8") as text:
            self.chamber = Chamber(json.load(text)["chamber"])
        self.profile = rig.write("heat.toml", PROFILE.format(ready=self._ready, hot=HOT, safe=SAFE))

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


def wait_for(condition, what, within=60.0):
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {within} s")
        time.sleep(0.02)


def guards(rig):
    code, out, err = rig.run("guard", "status", "--json")
    assert code == 0, err
    return json.loads(out)["guards"]


def state_of(rig):
    """The one plan's state file, or None."""
    files = [f for f in os.listdir(rig.guard_dir) if f.endswith(".state.json")]
    if not files:
        return None
    try:
        with open(os.path.join(rig.guard_dir, files[0]), encoding="utf-8") as text:
            return json.load(text)
    except FileNotFoundError:
        return None


class Heating:
    """A run that has told its chamber to get hot."""

    def __init__(self, rig, bench):
        self.rig, self.chamber = rig, bench.chamber
        self.process = rig.start("run", bench.profile)
        try:
            wait_for(self.hot, "the run heats")
            assert self.process.poll() is None, "it ended"
        except AssertionError as failed:
            self.process.kill()
            raise AssertionError(f"{failed}: {self.process.communicate()}") from None
        self.guard = state_of(rig)["guard"]["pid"]
        time.sleep(rig.random.uniform(0.0, 1.0))  # a random moment

    def hot(self):
        set_point = self.chamber.set_point()
        return self.process.poll() is not None or (set_point and abs(set_point - HOT) < 0.1)

    def end(self):
        for pid in (self.process.pid, self.guard):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def await_safe(chamber, mode, within, pause=0.05):
    """Seconds until set-point and mode (None: any) are as they must be, or None. Conditioning must
    never be off while the set-point is still hot."""
    begin = time.monotonic()
    while time.monotonic() - begin < within:
        seen_mode, set_point = chamber.mode(), chamber.set_point()  # in this order: see below
        if seen_mode == Chamber.OFF and set_point is not None:
            # The mode was off before the set-point was read: by then it must have been safe.
            assert abs(set_point - SAFE) < 0.1, f"switched off while set to {set_point}"
        if mode in (None, seen_mode) and set_point is not None and abs(set_point - SAFE) < 0.1:
            return time.monotonic() - begin
        time.sleep(pause)
    return None


def settled(rig, stage):
    """The guard has noted that everything was read back."""
    def noted():
        state = state_of(rig)
        return state and state["stage"] == stage and state["safe"] and state
    return wait_for(noted, f"state {stage}, safe")


def clear(rig):
    code, _, err = rig.run("guard", "clear")
    assert code == 0, err
    assert guards(rig) == []
