#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guard.safe: from the controller's kill -9 to the safe set-point in the chamber's register, as seen
by a Modbus client that shares nothing with soakrig. Floor of the same run: that client's own write of
a set-point and its reading back.

guard_bench.py --bin DIR
"""
import argparse
import json
import os
import pathlib
import signal
import statistics
import sys
import time

ROUNDS = 5
LONGEST = 5.0  # s, the promise


def floor(chamber, value):
    begin = time.monotonic()
    chamber.write_set_point(value)
    while abs(chamber.set_point() - value) > 0.1:
        pass
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True)
    os.environ["SOAKRIG_BIN"] = parser.parse_args().bin
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "system"))
    import guarded_run  # pylint: disable=import-outside-toplevel

    times, floors = [], []
    with guarded_run.GuardedRig("bench") as rig:
        bench = guarded_run.Bench(rig)
        try:
            for _ in range(ROUNDS):
                run = guarded_run.Heating(rig, bench)
                try:
                    os.kill(run.process.pid, signal.SIGKILL)
                    times.append(guarded_run.await_safe(bench.chamber, None, 60.0, pause=0.002))
                    guarded_run.settled(rig, "lost")
                    guarded_run.clear(rig)
                finally:
                    run.end()
                floors.append(floor(bench.chamber, 30.0))
        finally:
            bench.end()
    value, least = max(times), statistics.median(floors)
    print(json.dumps({"name": "guard.safe", "value": value, "unit": "s",
                      "against": {"name": "a bare write and read", "value": least},
                      "ratio": value / least,
                      "reach": {"of": "value", "op": "<=", "value": LONGEST},
                      "ok": value <= LONGEST}))


if __name__ == "__main__":
    main()
