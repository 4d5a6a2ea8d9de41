# SPDX-License-Identifier: Apache-2.0
"""A trip of a run whose board hangs on a relay: load off, then the board's power off, then the safe
set-point, then conditioning off. The order is seen from outside, by the workload's process and by a
client of our own that reads relay and chamber all the time; that each was read back, the guard's own
notes say."""
import json
import os
import struct
import subprocess
import sys
import time

from guarded_run import GuardedRig, clear, settled, wait_for
from modbus_tcp import Chamber, Device
from rig import BIN, lives


HOT, SAFE, LIMIT = 60.0, 21.0, 50.0
PROFILE = """
[soak]
name = "trip"
sample = "1s"
[[board]]
name = "dut"
sysroot = "virtual:{ready}"
power = {{ relay = "strip", channel = 1 }}
[[instrument]]
name = "strip"
map = "waveshare-relay-8"
connect = "virtual:{ready}"
[[instrument]]
name = "plug"
map = "eastron-sdm120"
connect = "virtual:{ready}"
board = "dut"
[chamber]
connect = "virtual:{ready}"
safe = {{ temperature = {safe} }}
limits = {{ low = -10.0, high = 80.0, "chamber.temperature" = {{ max = {limit}, action = "trip" }} }}
[workload.idle]
kind = "program"
work = "units"
argv = ["/bin/sh", "-c", 'echo $$ > {pid}; echo "{{\\"ready\\":true,\\"instance\\":0}}"; exec sleep 600']
[[phase]]
name = "hot"
ambient = {hot}
tolerance = 50.0
soak = "5min"
work = ["idle"]
"""


class Relay(Device):
    def on(self, channel):
        """Coil of a Waveshare board, or None."""
        reply = self._ask(struct.pack(">BHH", 1, channel - 1, 1), 4)
        return None if reply is None else bool(reply[3] & 1)


def watch(pid_file, chamber, relay, within):
    """When each was first seen as it must be in the end, by the order of looking: what comes first is
    looked at last, so that an order that is seen is one that was."""
    seen = {}
    end = time.monotonic() + within
    while len(seen) < 4 and time.monotonic() < end:
        now = time.monotonic()
        looks = [("conditioning off", lambda: chamber.mode() == Chamber.OFF),
                 ("safe set-point", lambda: abs((chamber.set_point() or HOT) - SAFE) < 0.1),
                 ("power off", lambda: relay.on(1) is False),
                 ("load off", lambda: not lives(read_pid(pid_file)))]
        found = [name for name, look in looks if name not in seen and look()]
        for name in found:
            seen[name] = now
        # Each that holds now, holds together with all that come before it.
        for name in found:
            before = [other for other, _ in looks[[n for n, _ in looks].index(name) + 1:]]
            assert all(b in seen for b in before), f"{name} before {before}: {seen}"
    assert len(seen) == 4, f"only {seen}"
    return seen


def read_pid(path):
    with open(path, encoding="ascii") as text:
        return int(text.read())


def main():
    with GuardedRig("trip") as rig:
        ready, pid_file = rig.path("ready.json"), rig.path("pid")
        bench = subprocess.Popen(
            [os.path.join(BIN, "soakrig"), "virtual", "serve", "--tree", rig.path("tree"), "--listen",
             "127.0.0.1:0", "--ready-file", ready], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            wait_for(lambda: os.path.exists(ready), "the bench")
            with open(ready, encoding="utf-8") as text:
                info = json.load(text)
            chamber, relay = Chamber(info["chamber"]), Relay(info["relay"])
            profile = rig.write("trip.toml", PROFILE.format(ready=ready, hot=HOT, safe=SAFE, limit=LIMIT,
                                                            pid=pid_file))
            run = rig.start("run", profile)
            try:
                wait_for(lambda: run.poll() is not None or abs((chamber.set_point() or 0) - HOT) < 0.1,
                         "the run heats")
                assert run.poll() is None, run.communicate()
                wait_for(lambda: os.path.exists(pid_file) and lives(read_pid(pid_file)), "the load")
                # The control: until it trips the board has power and the air is conditioned.
                assert relay.on(1) and chamber.mode() == Chamber.AUTO
                seen = watch(pid_file, chamber, relay, 60.0)
                first = min(seen.values())
                print({name: f"{t - first:.2f} s" for name, t in seen.items()}, flush=True)
                state = settled(rig, "tripped")
                assert state["load_stopped"], state
                assert [s["name"] for s in state["steps"]] == [
                    "load off: dut", "power of board dut off", "ramp off", "safe set-point",
                    "conditioning off"], state["steps"]
                assert all(s["held"] for s in state["steps"]), state["steps"]
                _, err = run.communicate(timeout=60)
                assert run.returncode == 2, (run.returncode, err)  # the rig's fault, not the board's
                shown = rig.show()
                assert shown["boards"][0]["verdict"] != "fail", shown["boards"][0]["verdict"]
            finally:
                if run.poll() is None:
                    run.kill()
                run.communicate()
            # Latched, until somebody has looked.
            code, _, err = rig.run("run", profile)
            assert code == 2 and "guard clear" in err, err
            clear(rig)
        finally:
            bench.terminate()
            bench.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
