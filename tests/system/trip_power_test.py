# SPDX-License-Identifier: Apache-2.0
"""A trip: load off, then the board's power off, then the safe set-point, then conditioning off. Once with
a board that hangs on a relay, once with one behind ssh whose supply is switched by a command that takes
its time. The order is seen from outside, by the workload's process, by a client of our own that reads
relay and chamber all the time, and by what the command has done; that each was read back, the guard's
own notes say."""
import contextlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import time

import ssh_server
from guarded_run import GuardedRig, clear, settled, wait_for
from modbus_tcp import Chamber, Device
from rig import BIN, lives


HOT, SAFE = 60.0, 21.0
PROFILE = """
[soak]
name = "trip"
sample = "1s"
[[board]]
name = "dut"
{board}
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
RELAY = """sysroot = "virtual:{ready}"
power = {{ relay = "strip", channel = 1 }}
[[instrument]]
name = "strip"
map = "waveshare-relay-8"
connect = "virtual:{ready}"
"""
# Slower than every step's own patience, as plugs behind a network are.
SWITCH = """#!/bin/sh
if [ "$1" = off ]; then sleep 4; rm -f '{on}'; else : > '{on}'; fi
"""


class Relay(Device):
    def on(self, channel):
        """Coil of a Waveshare board, or None."""
        reply = self._ask(struct.pack(">BHH", 1, channel - 1, 1), 4)
        return None if reply is None else bool(reply[3] & 1)


def watch(pid_file, chamber, powered, within):
    """When each was first seen as it must be in the end, by the order of looking: what comes first is
    looked at last, so that an order that is seen is one that was."""
    seen = {}
    end = time.monotonic() + within
    while len(seen) < 4 and time.monotonic() < end:
        now = time.monotonic()
        looks = [("conditioning off", lambda: chamber.mode() == Chamber.OFF),
                 ("safe set-point", lambda: abs((chamber.set_point() or HOT) - SAFE) < 0.1),
                 ("power off", lambda: powered() is False),
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


@contextlib.contextmanager
def bench(rig):
    """What the ready file of a bench says, while it runs; its own path as `file`."""
    ready = rig.path("ready.json")
    process = subprocess.Popen(
        [os.path.join(BIN, "soakrig"), "virtual", "serve", "--tree", rig.path("tree"), "--listen",
         "127.0.0.1:0", "--ready-file", ready], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: os.path.exists(ready), "the bench")
        with open(ready, encoding="utf-8") as text:
            yield dict(json.load(text), file=ready)
    finally:
        process.terminate()
        process.wait()


def trips(rig, info, board, limit, powered, power_step):
    """A run that heats until it trips; the profile that did."""
    chamber, pid_file = Chamber(info["chamber"]), rig.path("pid")
    profile = rig.write("trip.toml", PROFILE.format(
        ready=info["file"], board=board, hot=HOT, safe=SAFE, limit=limit, pid=pid_file))
    run = rig.start("run", profile)
    try:
        wait_for(lambda: run.poll() is not None or abs((chamber.set_point() or 0) - HOT) < 0.1,
                 "the run heats")
        assert run.poll() is None, run.communicate()
        wait_for(lambda: os.path.exists(pid_file) and lives(read_pid(pid_file)), "the load")
        # The control: until it trips the board has power and the air is conditioned.
        assert powered() and chamber.mode() == Chamber.AUTO
        seen = watch(pid_file, chamber, powered, 60.0)
        first = min(seen.values())
        print({name: f"{t - first:.2f} s" for name, t in seen.items()}, flush=True)
        state = settled(rig, "tripped")
        assert state["load_stopped"], state
        assert [s["name"] for s in state["steps"]] == [
            "load off: dut", power_step, "ramp off", "safe set-point", "conditioning off"], state["steps"]
        assert all(s["held"] for s in state["steps"]), state["steps"]
        _, err = run.communicate(timeout=60)
        assert run.returncode == 2, (run.returncode, err)  # the rig's fault, not the board's
        shown = rig.show()
        assert shown["boards"][0]["verdict"] != "fail", shown["boards"][0]["verdict"]
    finally:
        if run.poll() is None:
            run.kill()
        run.communicate()
    return profile


def on_a_relay():
    with GuardedRig("trip") as rig, bench(rig) as info:
        relay = Relay(info["relay"])
        profile = trips(rig, info, RELAY.format(ready=info["file"]), 50.0, lambda: relay.on(1),
                        "power of board dut off")
        # Latched, until somebody has looked.
        code, _, err = rig.run("run", profile)
        assert code == 2 and "guard clear" in err, err
        clear(rig)


def behind_ssh():
    with GuardedRig("ssh") as rig, bench(rig) as info, ssh_server.SshServer(rig.path("ssh")) as server:
        os.environ["SOAKRIG_SSH_CONFIG"] = server.config
        on = pathlib.Path(rig.path("plug-is-on"))
        switch = rig.write("plug", SWITCH.format(on=on))
        os.chmod(switch, 0o755)
        board = (f'connect = "{server.board("far")}"\nsysroot = "{rig.path("tree")}"\n'
                 f'power = {{ on = ["{switch}", "on"], off = ["{switch}", "off"] }}')
        trips(rig, info, board, 26.0, on.exists, "power off: dut")
        clear(rig)


def main():
    on_a_relay()
    behind_ssh()
    return 0


if __name__ == "__main__":
    sys.exit(main())
