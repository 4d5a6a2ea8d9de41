#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.ota_cycles`: seeded update cycles on an atomic A/B updater and on a naive one, both
written for this test (ota/updater.py), on folders with killed processes. What each fault at each
stage does to each of them is known; every cycle's class must be exactly that."""
import hashlib
import json
import os
import subprocess
import sys
import threading

import rig

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ota")
CYCLES = 600 if os.environ.get("SOAKRIG_CAMPAIGN") == "full" else 60
LINES = 4
FAULTS = ["kill=25%", "power-cut=25%", "corrupt=10%", "network-cut=12%", "disk-full=12%",
          "clock-step=8%", "none=8%"]
UP, BACK, STUCK, BRICK = "updated", "rolled-back", "stuck", "bricked"

# By fault and the stage at which it came (updater.py prints four lines).
PLANTED = {
    "atomic": {"kill": [BACK, BACK, BACK, UP], "power-cut": [BACK, BACK, BACK, UP],
               "network-cut": [BACK, BACK, UP, UP], "disk-full": [BACK, BACK, UP, UP],
               "clock-step": [UP] * 4, "corrupt": [BACK] * 4, "none": [UP] * 4},
    "naive": {"kill": [BACK, BRICK, STUCK, UP], "power-cut": [BACK, BRICK, BRICK, BRICK],
              "network-cut": [BRICK, BRICK, UP, UP], "disk-full": [BRICK, BRICK, BRICK, UP],
              "clock-step": [UP] * 4, "corrupt": [STUCK] * 4, "none": [UP] * 4},
}


def make_board(folder):
    payload = bytes((i * 7 + i // 251) % 256 for i in range(20000))
    for slot in ("a", "b"):
        os.makedirs(os.path.join(folder, slot))
    for name in ("payload.good", "firmware.bin"):
        with open(os.path.join(folder, name), "wb") as out:
            out.write(payload)
    with open(os.path.join(folder, "payload.sha256"), "w", encoding="utf-8") as out:
        out.write(hashlib.sha256(payload).hexdigest())
    os.symlink("a", os.path.join(folder, "active"))
    subprocess.run([os.path.join(HERE, "board.sh"), folder, "restore"], check=True)


def steps(kind, folder):
    """By the keys of a profile."""
    board = [os.path.join(HERE, "board.sh"), folder]
    updater = [sys.executable, "-S", "-E", "-B", os.path.join(HERE, "updater.py")]
    return {"update": updater + [kind, folder, "{target}", "{payload}", "{line}"],
            "health": board + ["health"], "version": board + ["version"],
            "restore": board + ["restore"], "power_off": board + ["power-off"],
            "power_on": board + ["power-on"], "network_off": board + ["network-off"],
            "network_on": board + ["network-on"], "disk_fill": board + ["disk-off"],
            "disk_free": board + ["disk-on"], "clock_step": board + ["clock-off"],
            "clock_back": board + ["clock-on"]}


def run_cycles(kind, folder, seed, said):
    argv = [os.path.join(rig.BIN, "soakrig-work"), "cycle", "--cycles", str(CYCLES), "--seed",
            str(seed), "--settle", "60ms", "--fault-lines", str(LINES), "--payload",
            os.path.join(folder, "firmware.bin")]
    for key, words in steps(kind, folder).items():
        flag = "--version-of" if key == "version" else "--" + key.replace("_", "-")
        argv += [f"{flag}={word}" for word in words]
    for fault in FAULTS:
        argv += ["--fault", fault]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=100 + 2 * CYCLES)
    said[kind] = (done.returncode, done.stdout, done.stderr)


def judge(kind, said):
    code, out, err = said[kind]
    assert code == 0, (kind, code, err)
    lines = [json.loads(line) for line in out.splitlines()]
    cycles = [line["event"]["cycle"] for line in lines if "event" in line]
    assert len(cycles) == CYCLES, (kind, len(cycles))
    counts = {}
    for c in cycles:
        assert c["fault_broken"] is None, (kind, c)
        assert c["fault"] == "none" or c["fault_at_s"] is not None, (kind, c)
        planted = PLANTED[kind][c["fault"]][max(0, c["fault_line"] - 1)]
        assert c["class"] == planted, (kind, planted, c)
        assert not c["lost"] and (c["class"] in (UP, BACK)) == (c["recovered_by"] is None), c
        counts[c["class"]] = counts.get(c["class"], 0) + 1
    totals = [line["work"] for line in lines if "work" in line][-1]
    assert totals["cycles"] == CYCLES
    for name in (UP, BACK, STUCK, BRICK):
        assert totals[name.replace("-", "_")] == counts.get(name, 0), (kind, totals, counts)
    assert {c["fault"] for c in cycles} == set(PLANTED[kind]), "a fault was never drawn: more cycles"
    return counts


def check_profile(bench):
    """The same by a profile and `soakrig run`: what the naive updater does is held against the board."""
    shown = {}
    for kind in ("atomic", "naive"):
        folder = bench.path("run-" + kind)
        make_board(folder)
        keys = [f"{key} = {json.dumps(words)}" for key, words in steps(kind, folder).items()]
        load = "\n".join(['kind = "cycle"', 'settle = "60ms"', f"fault_lines = {LINES}", "seed = 3",
                          f'payload = "{folder}/firmware.bin"', f"faults = {json.dumps(FAULTS)}",
                          *keys])
        code, _, shown[kind] = bench.soak(load)
        assert code in (0, 1, 3), code
    naive = [i for i in rig.incidents(shown["naive"]) if i["class"] == "output-mismatch"]
    assert naive and any("bricked" in line or "stuck" in line for i in naive for line in i["evidence"])
    assert not [i for i in rig.incidents(shown["atomic"]) if i["class"] != "starvation"], shown


def main():
    with rig.Rig() as bench:
        said, runs = {}, []
        for kind in ("atomic", "naive"):
            folder = bench.path(kind)
            make_board(folder)
            runs.append(threading.Thread(target=run_cycles, args=(kind, folder, 11, said)))
            runs[-1].start()
        for run in runs:
            run.join()
        atomic, naive = judge("atomic", said), judge("naive", said)
        assert naive.get(BRICK, 0) > 0 and naive.get(STUCK, 0) > 0, naive
        assert BRICK not in atomic and STUCK not in atomic, atomic
        check_profile(bench)
    print(f"ota_cycles: {CYCLES} cycles each, atomic {atomic}, naive {naive}: all as planted")


if __name__ == "__main__":
    main()
