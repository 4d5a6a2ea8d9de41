#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the bench programs, merges their rows into bench.json and prints a table.

run_bench.py --registry bench_programs.json --output bench.json [FILTER]

Python, because it only starts programs and merges JSON; every measurement is made inside the bench
programs, one after another, so nothing here is on a clock. Exit 0 even where a row is not ok: a
figure is news, not a broken build. What a row is: bench_rows.py.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import bench_rows


def run(program, wanted):
    """The program's output lines. Its stderr goes through; SOAKRIG_BENCH_FILTER lets it skip work."""
    print(f"bench {program['name']} …", file=sys.stderr, flush=True)
    environment = {**os.environ, "SOAKRIG_BENCH_FILTER": wanted}
    try:
        done = subprocess.run(program["command"], stdout=subprocess.PIPE, text=True,
                              env=environment, timeout=program.get("timeout", 1800))
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"bench {program['name']}: {error}", file=sys.stderr)
        return []
    if done.returncode != 0:
        print(f"bench {program['name']}: ended with {done.returncode}", file=sys.stderr)
    return done.stdout.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--registry", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("filter", nargs="?", default="", metavar="FILTER",
                        help="a name or a dotted prefix, such as agent or store.ingest")
    options = parser.parse_args()
    registry = json.loads(options.registry.read_text())

    rows = []
    for program in registry:
        names = [n for n in program["rows"] if bench_rows.matches(n, options.filter)]
        if names:
            found, faults = bench_rows.merge(run(program, options.filter), names)
            rows += found
            for fault in faults:
                print(f"bench {program['name']}: {fault}", file=sys.stderr)
    part = options.output.with_suffix(".json.part")
    part.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    part.replace(options.output)
    if not rows:
        known = sorted(name for program in registry for name in program["rows"])
        print(f"no bench is named {options.filter or 'at all'}; there are: {' '.join(known)}")
        return 4 if options.filter else 0
    print(bench_rows.table(rows))
    print(f"{sum(row['ok'] for row in rows)} of {len(rows)} rows ok; {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
