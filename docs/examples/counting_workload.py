#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The smallest useful workload that is no part of soakrig: it hashes blocks, checks the result,
and says so in the workload protocol. See docs/howto/write_a_workload.md."""
import hashlib
import json
import signal
import sys
import time

BLOCK = bytes(1 << 20)
BLOCKS_PER_CYCLE = 16
EXPECTED = "080acf35a507ac9849cfcba47dc2ad83e01b75663a516279c8b9d243b719643e"  # of 16 MiB of zeros

stopping = False


def stop(_signal, _frame):
    global stopping
    stopping = True


def say(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()  # a line that waits in a buffer looks like a hang


def main():
    signal.signal(signal.SIGTERM, stop)
    say(ready=True, instance=0, facts={"workload": "counting"})
    blocks, busy, cycle = 0, 0.0, 0
    while not stopping:
        digest = hashlib.sha256()
        for _ in range(BLOCKS_PER_CYCLE):
            start = time.monotonic()
            digest.update(BLOCK)
            busy += time.monotonic() - start  # only the work itself is busy
            blocks += 1
        cycle += 1
        # Totals since the start; a cycle is the same work every time, so speeds can be compared.
        say(work={"hashes": blocks}, busy_s=busy, cycle=cycle)
        got = digest.hexdigest()
        say(check={"ok": got == EXPECTED, "expected": EXPECTED, "got": got})


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()  # nobody listens any more: the rig is gone, so the load ends
