#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the demo soak and says whether it showed throttling: `./bootstrap.sh demo` and CTest
`system.demo` are both this script.

demo.py --bin DIR --profile FILE [--archive DIR]. Exit 0 if and only if the soak completed with a
thermal episode and the fall of tokens/s that demo_judge.py asks for; 1 if not; the rig's own code
when it could not run at all. A soak that did not show it because strangers took the CPU is run again,
saying so; each attempt stays in the archive.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tomllib

import demo_judge

ATTEMPTS = 3
VERDICT_CODES = (0, 1, 3)  # pass, fail, inconclusive: there is a run to look at


def soakrig(options, *words):
    return [str(options.bin / "soakrig"), *words, *options.archive]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--profile", type=pathlib.Path, required=True)
    parser.add_argument("--archive", help="where the run's file goes; default: as soakrig run does")
    options = parser.parse_args()
    options.archive = ["--archive", options.archive] if options.archive else []
    with open(options.profile, "rb") as file:
        phases = [phase["name"] for phase in tomllib.load(file)["phase"]]

    for attempt in range(1, ATTEMPTS + 1):
        code, report = soak(options)
        if report is None:
            return code
        ok, lines = demo_judge.judge(report, phases)
        print("\nWhat the demo showed (soakrig show last --json):")
        for line in lines:
            print(f"  {line}")
        if ok or attempt == ATTEMPTS or not demo_judge.disturbed(report):
            break
        print(f"Others use this machine's CPU, so the speeds say little. Attempt {attempt + 1} of "
              f"{ATTEMPTS}:\n", flush=True)
    print(f"The run's file: {report['run']['file']}\nNext: soakrig show last; soakrig list; "
          f"soakrig check {options.profile}; soakrig doctor   (programs in {options.bin})")
    return 0 if ok else 1


def soak(options):
    """(exit code, what `show` says of the run), or (exit code, None) where there is nothing to judge."""
    code = subprocess.run(soakrig(options, "run", os.fspath(options.profile))).returncode
    if code not in VERDICT_CODES:
        print(f"demo: soakrig run ended with {code}, so there is nothing to judge", file=sys.stderr)
        return (code if code > 0 else 1), None
    shown = subprocess.run(soakrig(options, "show", "last", "--json"), stdout=subprocess.PIPE,
                           check=False)
    if shown.returncode != 0:
        print(f"demo: soakrig show last --json ended with {shown.returncode}", file=sys.stderr)
        return 1, None
    return code, json.loads(shown.stdout)


if __name__ == "__main__":
    sys.exit(main())
