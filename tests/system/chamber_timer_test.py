# SPDX-License-Identifier: Apache-2.0
"""A chamber whose controller has a timer of its own (Eurotherm 3200) is armed while a run heats it, and
wound up again while the run lives. Then everything that could make it safe is killed at once, guard and
all: the chamber must end cool by itself."""
import json
import os
import signal
import struct
import subprocess
import sys
import time

from guarded_run import GuardedRig, clear, state_of, wait_for
from modbus_tcp import Device
from rig import BIN

HOT, SAFE, TIMER = 60.0, 21.0, 12.0
PROFILE = """
[soak]
name = "timer"
sample = "1s"
[chamber]
map = "eurotherm-3200"
connect = "virtual:{ready}"
safe = {{ temperature = {safe} }}
limits = {{ low = -10.0, high = 80.0 }}
guard = {{ timer = "{timer}s" }}
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


class Eurotherm(Device):
    AUTO, OFF, RUN, END = 0, 1, 1, 3

    def value(self, address):
        words = self.words(32768 + 2 * address, 2)
        return words and struct.unpack(">f", struct.pack(">HH", *words))[0]

    def word(self, address):
        words = self.words(address, 1)
        return words and words[0]

    def air(self):
        return self.value(1)

    def set_point(self):
        return self.value(2)

    def mode(self):
        return self.word(199)

    def timer(self):
        return self.word(23)


def main():
    with GuardedRig("timer") as rig:
        ready = rig.path("ready.json")
        bench = subprocess.Popen(
            [os.path.join(BIN, "soakrig"), "virtual", "serve", "--tree", rig.path("tree"), "--listen",
             "127.0.0.1:0", "--ready-file", ready, "--chamber-map", "eurotherm-3200"],
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        run = None
        try:
            wait_for(lambda: os.path.exists(ready), "the bench")
            with open(ready, encoding="utf-8") as text:
                chamber = Eurotherm(json.load(text)["chamber"])
            profile = rig.write("timer.toml",
                                PROFILE.format(ready=ready, hot=HOT, safe=SAFE, timer=int(TIMER)))
            run = rig.start("run", profile)
            wait_for(lambda: run.poll() is not None or (chamber.air() or 0) > HOT - 2, "it is hot")
            assert run.poll() is None, run.communicate()
            assert chamber.timer() == Eurotherm.RUN
            # The control: while the run lives its timer never runs out.
            time.sleep(TIMER * 1.15)
            assert run.poll() is None and chamber.mode() == Eurotherm.AUTO
            assert chamber.timer() == Eurotherm.RUN and chamber.air() > HOT - 2

            guard = state_of(rig)["guard"]["pid"]
            os.kill(guard, signal.SIGKILL)
            os.kill(run.pid, signal.SIGKILL)
            run.communicate()
            killed = time.monotonic()
            assert abs(chamber.set_point() - HOT) < 0.1, "nobody is left to change it"
            wait_for(lambda: chamber.mode() == Eurotherm.OFF, "the chamber ends by itself", TIMER * 4)
            took = time.monotonic() - killed
            print(f"off {took:.1f} s after everything was killed", flush=True)
            assert chamber.timer() == Eurotherm.END and abs(chamber.set_point() - HOT) < 0.1
            hot = chamber.air()
            wait_for(lambda: chamber.air() < hot - 3.0, "it cools", 40.0)

            # Whoever comes next finds it, makes it safe for good, and stops its timer.
            recovering = subprocess.Popen([os.path.join(BIN, "soakrig-guard"), "--recover"],
                                          env=rig.environment(), stdin=subprocess.DEVNULL,
                                          stdout=subprocess.DEVNULL)
            wait_for(lambda: (state_of(rig) or {}).get("safe"), "the guard makes it safe")
            names = [s["name"] for s in state_of(rig)["steps"]]
            assert names == ["safe set-point", "conditioning on", "timer stopped"], names
            assert chamber.timer() == 0 and abs(chamber.set_point() - SAFE) < 0.1
            clear(rig)
            assert recovering.wait(timeout=40.0) == 0
        finally:
            if run is not None and run.poll() is None:
                run.kill()
                run.communicate()
            bench.terminate()
            bench.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
