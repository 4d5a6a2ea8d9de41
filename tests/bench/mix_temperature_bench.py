#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mix.temperature: how far a board warms up under `mix`, beside stress-ng's matrix products on all its
cores. The board is the virtual bench's, whose heat is the CPU time that the load really got; both soaks
run against one bench, in turn. What is compared is the rise above the air, SIMULATED as the board is.

mix_temperature_bench.py --bin DIR
"""
import argparse
import csv
import datetime
import glob
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROUNDS = 5
SOAK = 20          # s; at this speed-up, seven times the slower time constant of the board
SPEEDUP = "6"
AIR = 23.0         # Cel, the room: the chamber is off
LEAST = 0.995  # the model knows one full load: what lies nearer than its sensor's noise is the same
LOADS = {
    "mix": 'kind = "mix"\n',
    "stress-ng": 'kind = "engine"\nengine = "stress-ng"\nwork = "bogo_ops"\n'
                 f'set = ["stressor=matrix", "seconds={SOAK + 5}"]\nargs = ["--matrix-method", "prod"]\n',
}


def profile(ready, load):
    return f"""
[soak]
name = "{load}"
[[board]]
name = "virtual-board"
sysroot = "virtual:{ready}"
[workload.load]
{LOADS[load]}
[[phase]]
name = "only"
soak = "{SOAK}s"
work = ["load"]
"""


def peer_folder():
    """stress-ng as a program in PATH: the unpacked package needs its own libraries."""
    root = os.environ.get("SOAKRIG_PEERS", "")
    program = os.path.join(root, "usr/bin/stress-ng")
    if not root or not os.path.exists(program):
        return None
    libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
    return program, libraries


def put_in_path(test):
    peer = peer_folder()
    if peer is not None:
        program, libraries = peer
        folder = test.path("programs")
        os.mkdir(folder)
        wrapper = os.path.join(folder, "stress-ng")
        pathlib.Path(wrapper).write_text(
            f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{program}" "$@"\n', encoding="utf-8")
        os.chmod(wrapper, 0o755)
        os.environ["PATH"] = folder + os.pathsep + os.environ["PATH"]
    return shutil.which("stress-ng") is not None


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def rise(test, ready, load):
    """Median of the die's temperature above the air, over the last third of a soak."""
    code, _, err = test.run("run", test.write(f"{load}.toml", profile(ready, load)))
    phase = test.show()["boards"][0]["phases"][0]
    begin, end = moment(phase["dwell_from"]), moment(phase["dwell_to"])
    folder = test.path(f"tables-{time.monotonic_ns()}")
    exported, _, said = test.run("report", "last", "--csv", folder)
    assert exported == 0, (code, err, said)
    values = []
    for name in glob.glob(folder + "/virtual-board.*.csv"):
        with open(name, newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        column = next((c for c in rows[0] if c.startswith("soc.temperature [")), None) if rows else None
        if column is not None:
            values = [float(r[column]) for r in rows
                      if r[column] and end - (end - begin) / 3 <= moment(r["utc"]) <= end]
    assert values, (code, err)
    return statistics.median(values) - AIR


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True)
    bin_dir = parser.parse_args().bin
    os.environ["SOAKRIG_BIN"] = bin_dir
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "system"))
    import rig  # pylint: disable=import-outside-toplevel

    with rig.Rig() as test:
        has_peer = put_in_path(test)
        ready = test.path("ready.json")
        bench = subprocess.Popen(
            [os.path.join(bin_dir, "soakrig"), "virtual", "serve", "--tree", test.path("tree"),
             "--speedup", SPEEDUP, "--room", str(AIR), "--ready-file", ready],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 10
            while not os.path.exists(ready):
                assert bench.poll() is None and time.monotonic() < until, "the bench did not start"
                time.sleep(0.05)
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(rise(test, ready, "mix"))
                if has_peer:
                    theirs.append(rise(test, ready, "stress-ng"))
        finally:
            bench.terminate()
            bench.wait()
    value = statistics.median(ours)
    peer = statistics.median(theirs) if theirs else None
    ratio = value / peer if peer else None
    print(json.dumps({"name": "mix.temperature", "value": value, "unit": "K",
                      "against": {"name": "stress-ng --matrix", "value": peer} if peer else None,
                      "ratio": ratio, "reach": {"of": "ratio", "op": ">=", "value": LEAST},
                      "ok": ratio is not None and ratio >= LEAST}))


if __name__ == "__main__":
    main()
