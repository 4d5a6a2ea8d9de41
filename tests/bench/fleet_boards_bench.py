#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fleet.64boards: what one controller costs that drives 64 boards of 100 channels at 10 Hz: its CPU time
(the writer's thread included), its memory, and what got lost on the way. `soakrig run` itself, with 64
agents of its own beside it, which read one simulated tree whose temperatures change all the time; what
agents and tree cost is theirs, and not counted.

fleet_boards_bench.py --bin DIR
"""
import argparse
import json
import os
import pathlib
import signal
import sqlite3
import sys
import threading
import time

BOARDS, CHANNELS, PERIOD = 64, 100, 0.1
SETTLE = 10  # s
# Long enough for every source to be sealed once (4096 rows): the dearest thing that the store does.
SPAN = int(os.environ.get("SOAKRIG_BENCH_SPAN", "450"))
MOST_CPU, MOST_MB = 60.0, 300.0  # % of one core, the promises
TICKS = os.sysconf("SC_CLK_TCK")


class Tree(threading.Thread):
    """A board's files: thermal zones that wander by some milli degrees ten times a second."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root = pathlib.Path(root)
        (self.root / "proc").mkdir(parents=True)
        self.zones = []
        for n in range(CHANNELS):
            zone = self.root / f"sys/class/thermal/thermal_zone{n}"
            zone.mkdir(parents=True)
            (zone / "type").write_text("soc-thermal\n" if n == 0 else f"part{n}-thermal\n", encoding="ascii")
            (zone / "temp").write_text("41000\n", encoding="ascii")
            self.zones.append(os.open(zone / "temp", os.O_WRONLY))
        self.over = threading.Event()

    def run(self):
        turn = 0
        while not self.over.wait(PERIOD):
            turn += 1
            for n, zone in enumerate(self.zones):
                os.pwrite(zone, b"%5d\n" % (41000 + (turn * 37 + n * 11) % 997), 0)


def profile(trees):
    boards = "".join(f'[[board]]\nname = "b{n}"\nsysroot = "{tree}"\n' for n, tree in enumerate(trees))
    return f"""
[soak]
name = "fleet"
sample = "{int(PERIOD * 1000)}ms"
{boards}
[workload.idle]
kind = "program"
work = "units"
argv = ["/bin/sh", "-c", '''
echo '{{"ready":true,"instance":0}}'
n=0
while sleep 1; do n=$((n+1)); echo "{{\\"work\\":{{\\"units\\":$n}},\\"busy_s\\":$n}}"; done''']
[[phase]]
name = "only"
soak = "1h"
work = ["idle"]
"""


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS  # of all its threads, of no other process


def peak_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def stored(path):
    """(boards with rows, fast channels of the poorest, what was lost, points of the grid that the agents
    missed), by the file alone. Lost is what the run noted: numbers of an agent's lines that are missing, rows
    that a spool thinned out, links that broke. A point of the grid that an agent was too late for was
    never sampled: this machine's affair, where 64 agents share its cores."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as run:
        fast = int(PERIOD * 1e9)
        channels = run.execute("SELECT s.board, count(*) FROM channel c JOIN source s ON s.id = c.source "
                               f"WHERE s.period_ns = {fast} GROUP BY s.board").fetchall()
        rows = run.execute("SELECT s.board, sum(n), min(t0), max(t1) FROM (SELECT source, n, t0, t1 FROM axis "
                           "UNION ALL SELECT source, n, t0, t1 FROM tail) a JOIN source s ON s.id = a.source "
                           f"WHERE s.period_ns = {fast} GROUP BY s.id").fetchall()
        lost = run.execute("SELECT count(*) FROM event WHERE kind IN "
                           "('gap', 'incident', 'rig.fault', 'board.link')").fetchone()[0]
    late = sum(max(0, round((t1 - t0) / fast) + 1 - n) for _, n, t0, t1 in rows)
    return len({board for board, *_ in rows}), min((n for _, n in channels), default=0), lost, late


def row(name, value, unit, most):
    return json.dumps({"name": name, "value": value, "unit": unit, "against": None, "ratio": None,
                       "reach": {"of": "value", "op": "<=", "value": most}, "ok": value <= most})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True)
    os.environ["SOAKRIG_BIN"] = parser.parse_args().bin
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "system"))
    import rig  # pylint: disable=import-outside-toplevel

    with rig.Rig() as test:
        tree = Tree(test.path("tree"))
        tree.start()
        trees = [test.path(f"board{n}") for n in range(BOARDS)]  # one tree by many names
        for name in trees:
            os.symlink(tree.root, name)
        run = test.start("run", test.write("fleet.toml", profile(trees)))
        until = time.monotonic() + 120
        while True:
            code, out, _ = test.run("status", "--json")
            if code == 0 and json.loads(out)["runs"][0]["stage"] == "dwell":
                break
            if run.poll() is not None or time.monotonic() > until:
                run.kill()
                raise AssertionError("the run did not begin: " + run.communicate()[1])
            time.sleep(0.5)
        time.sleep(SETTLE)
        begin, before = time.monotonic(), cpu_seconds(run.pid)
        time.sleep(SPAN)
        cpu = 100 * (cpu_seconds(run.pid) - before) / (time.monotonic() - begin)
        memory = peak_mb(run.pid)
        print(f"{cpu:.1f} % of a core, {memory:.0f} MB; the run ends and is judged …", file=sys.stderr, flush=True)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=1200)
        tree.over.set()
        files = list(pathlib.Path(test.archive).glob("*.soak"))
        assert len(files) == 1, err
        boards, channels, lost, late = stored(files[0])
    assert boards == BOARDS and channels >= CHANNELS, (boards, channels, err)
    print(row("fleet.64boards", cpu, "% of a core", MOST_CPU))
    print(row("fleet.64boards.memory", memory, "MB", MOST_MB))
    print(f"points of the grid that agents came too late for: {late}", file=sys.stderr)
    print(row("fleet.64boards.dropped", lost, "{count}", 0))


if __name__ == "__main__":
    main()
