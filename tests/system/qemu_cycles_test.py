#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.qemu_cycles`: `kind = "cycle"` on a board with a real kernel and a disk that survives. An
atomic A/B updater and a naive one (ota/board_updater.sh) are updated over ssh while the emulator is killed,
its network unplugged, its disk filled, its clock stepped a day ahead, its payload damaged and the updater
killed: all for real. What each fault at each stage does to each of them is known; every cycle's class must
be exactly that. The naive one's bricks are held against the board, the atomic one is not accused.

SOAKRIG_CAMPAIGN=full runs more cycles. Ends with 77 where the board cannot be had."""
import hashlib
import json
import os
import pathlib
import signal
import sys

import rig

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "qemu_board"))
from soak import Soak, switch, with_board  # noqa: E402

# With this seed the first seven cycles have each fault, two of them power cuts in the midst of an update.
CYCLES, SEED = (60 if os.environ.get("SOAKRIG_CAMPAIGN") == "full" else 7), 7
LINES = 4
FAULTS = ["kill=15%", "power-cut=25%", "corrupt=10%", "network-cut=15%", "disk-full=15%", "clock-step=15%",
          "none=5%"]
UP, BACK, STUCK, BRICK = "updated", "rolled-back", "stuck", "bricked"

# By fault and the stage at which it came. On a real disk the naive one has nothing left once it began.
PLANTED = {
    "atomic": {"kill": [BACK, BACK, BACK, UP], "power-cut": [BACK, BACK, BACK, UP],
               "network-cut": [BACK, BACK, UP, UP], "disk-full": [BACK, BACK, UP, UP],
               "clock-step": [UP] * 4, "corrupt": [BACK] * 4, "none": [UP] * 4},
    "naive": {"kill": [BRICK, BRICK, BRICK, UP], "power-cut": [BRICK] * 4,
              "network-cut": [BRICK, BRICK, UP, UP], "disk-full": [BRICK, BRICK, BRICK, UP],
              "clock-step": [UP] * 4, "corrupt": [STUCK] * 4, "none": [UP] * 4},
}
PAYLOAD = bytes((i * 7 + i // 251) % 256 for i in range(200_000))


def prepare(board, kind, payload):
    """A folder of its own on the board, with a factory image that runs."""
    folder = f"/data/{kind}"
    code, said = board.root(f"rm -f /data/.soakrig-fill && mkdir -p {folder}/a {folder}/b && ln -s a {folder}/active && "
                            f"printf %s {hashlib.sha256(PAYLOAD).hexdigest()} >{folder}/payload.sha256")
    assert code == 0, said
    for file, name in ((payload, f"{kind}/payload.good"), (HERE / "ota/board_updater.sh", "board_updater.sh"),
                       (HERE / "ota/board.sh", "board.sh"),
                       (HERE.parents[1] / "docs/examples/faults.sh", "faults.sh")):
        board.put(file, f"/data/{name}")
    code, said = board.root(f"/data/board.sh {folder} restore && sync")
    assert code == 0, said


def profile(board, kind, payload):
    on_board = lambda command: board.ssh(command, patience=10)
    of_folder = lambda verb: on_board(f"/data/board.sh /data/{kind} {verb}")
    fault = lambda words: on_board(f"/data/faults.sh {words}")
    steps = {"update": [sys.executable, "-B", str(HERE / "ota/board_update.py"), str(board.folder), kind,
                        f"/data/{kind}", "{target}", "{payload}", "{line}"],
             "health": of_folder("health"), "version": of_folder("version"),
             "restore": on_board(f"/data/board.sh /data/{kind} restore && sync"),
             "power_off": switch(board, "off"), "power_on": switch(board, "boot"),
             "network_off": switch(board, "unplug"), "network_on": switch(board, "plug"),
             "disk_fill": fault("disk-fill /data && touch /run/disk-is-full"),
             "disk_free": fault("disk-free /data && rm /run/disk-is-full"),
             "clock_step": fault("clock-step"), "clock_back": fault("clock-back")}
    keys = "\n".join(f"{key} = {json.dumps(words)}" for key, words in steps.items())
    return f"""
[soak]
name = "cycles-{kind}"
[verdict]
window = "2s"
short_window = "1s"
[workload.ota]
kind = "cycle"
payload = "{payload}"
faults = {json.dumps(FAULTS)}
fault_lines = {LINES}
seed = {SEED}
settle = "5s"
step_timeout = "5min"
hang_after = "10min"
{keys}
[[phase]]
name = "only"
soak = "12h"
work = ["ota"]
"""


def judge(kind, cycles):
    counts = {}
    for c in cycles:
        assert c["fault_broken"] is None, (kind, c)
        assert c["fault"] == "none" or c["fault_at_s"] is not None, (kind, c)
        planted = PLANTED[kind][c["fault"]][max(0, c["fault_line"] - 1)]
        print(f"{kind} {c['n']}: {c['fault']} at line {c['fault_line']}: {c['class']}, {c['took_s']:.1f} s",
              flush=True)
        assert c["class"] == planted, (kind, planted, c)
        assert not c["lost"] and (c["class"] in (UP, BACK)) == (c["recovered_by"] is None), (kind, c)
        counts[c["class"]] = counts.get(c["class"], 0) + 1
    missing = set(PLANTED[kind]) - {"none"} - {c["fault"] for c in cycles}
    assert not missing, f"never drawn: {missing}: another seed or more cycles"
    return counts


def soak(board, kind):
    """The classes of its cycles, and what `show` says of the run."""
    with rig.Rig() as test:  # whose last run is no other
        payload = test.path("firmware.bin")
        pathlib.Path(payload).write_bytes(PAYLOAD)
        prepare(board, kind, payload)
        with Soak(test, profile(board, kind, payload)) as run:
            said = lambda: [e["body"]["event"]["cycle"] for e in run.events("work.note")
                            if "cycle" in e["body"].get("event", {})]
            run.wait(f"{CYCLES} cycles", lambda: len(said()) >= CYCLES, 180 + 90 * CYCLES)
            run.process.send_signal(signal.SIGINT)
            run.process.communicate(timeout=180)
            return judge(kind, said()[:CYCLES]), test.show()


def both(_, board):
    atomic, shown = soak(board, "atomic")
    assert BRICK not in atomic and STUCK not in atomic, atomic
    assert not rig.incidents(shown), rig.incidents(shown)
    assert shown["run"]["verdict"] == "inconclusive", shown["run"]  # it was ended early
    board.off()  # the soak was ended, maybe in the midst of a fault
    board.on()
    board.wait_ready()
    naive, shown = soak(board, "naive")
    assert naive.get(BRICK, 0) > 0 and naive.get(STUCK, 0) > 0, naive
    accused = rig.incidents(shown)
    assert accused and {i["class"] for i in accused} == {"output-mismatch"}, accused
    assert {i["blame"] for i in accused} == {"board"}, accused
    assert any(BRICK in line for i in accused for line in i["evidence"]), accused
    assert shown["run"]["verdict"] == "fail", shown["run"]
    print(f"qemu_cycles: {CYCLES} cycles each, atomic {atomic}, naive {naive}: all as planted")


if __name__ == "__main__":
    sys.exit(with_board(both))
