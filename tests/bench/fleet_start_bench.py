#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fleet.start: from the command line to the first sample that is stored of a cold board behind ssh, on
loopback: handshake, programs brought there and summed, agent started, first row. Floor of the same
run: one bare `ssh board true`.

fleet_start_bench.py --bin DIR
"""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

ROUNDS = 3
LONGEST = 5.0  # s, the promise


def first_sample(path):
    """UTC seconds of the board's first stored row."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as run:
        start = run.execute("SELECT v FROM meta WHERE k='start_utc_ns'").fetchone()[0]
        row = run.execute("SELECT min(a.t0) FROM axis a JOIN source s ON s.id = a.source "
                          "JOIN board b ON b.id = s.board WHERE b.name = 'cold'").fetchone()
    return (start + row[0]) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True)
    os.environ["SOAKRIG_BIN"] = parser.parse_args().bin
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "system"))
    import rig  # pylint: disable=import-outside-toplevel
    import ssh_server  # pylint: disable=import-outside-toplevel

    times, floors = [], []
    with rig.Rig() as test, ssh_server.SshServer(test.path("ssh")) as server:
        os.environ["SOAKRIG_SSH_CONFIG"] = server.config
        address = server.board("cold")
        profile = test.write("cold.toml", rig.short_profile(
            rig.LLM, 'soak = "1s"', f'[[board]]\nname = "cold"\nconnect = "{address}"\n'))
        for _ in range(ROUNDS):
            shutil.rmtree(os.path.join(server.home("cold"), ".cache"), ignore_errors=True)
            begin = time.time()
            _, _, err = test.run("run", profile)
            runs = sorted(pathlib.Path(test.archive).glob("*.soak"), key=os.path.getmtime)
            assert runs, err
            times.append(first_sample(runs[-1]) - begin)
            begin = time.time()
            subprocess.run(["ssh", "-F", server.config, "-o", "BatchMode=yes", "cold", "true"],
                           check=True, stdin=subprocess.DEVNULL)
            floors.append(time.time() - begin)
    value, least = max(times), statistics.median(floors)
    print(json.dumps({"name": "fleet.start", "value": value, "unit": "s",
                      "against": {"name": "a bare ssh", "value": least}, "ratio": value / least,
                      "reach": {"of": "value", "op": "<=", "value": LONGEST},
                      "ok": value <= LONGEST}))


if __name__ == "__main__":
    main()
