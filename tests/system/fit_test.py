#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `soakrig fit` says of our own workload against what it really takes: 5 % at most."""
import json
import os
import pathlib
import subprocess
import unittest

BIN = pathlib.Path(os.environ["SOAKRIG_BIN"])


def anonymous_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no RssAnon")


class Fit(unittest.TestCase):
    def test_memory_is_within_five_per_cent(self):
        for quant in ("q8_0", "q4_0"):
            with self.subTest(quant=quant):
                said = json.loads(subprocess.run(
                    [BIN / "soakrig", "fit", "smollm2-360m", "--quant", quant, "--context", "64", "--kv", "f32",
                     "--engine", "soakrig", "--memory", "64GB", "--json"],
                    check=True, capture_output=True, text=True, timeout=60).stdout)
                work = subprocess.Popen(
                    [BIN / "soakrig-work", "llm", "--shape", "smollm2-360m", "--format", quant, "--threads", "1",
                     "--prompt-tokens", "32", "--answer-tokens", "32"], stdout=subprocess.PIPE, text=True)
                try:
                    for line in work.stdout:
                        if json.loads(line).get("work", {}).get("tokens", 0) >= 1:  # every buffer was used
                            break
                    taken = anonymous_bytes(work.pid)
                finally:
                    work.kill()
                    work.communicate()
                self.assertLess(abs(taken - said["host_bytes"]) / said["host_bytes"], 0.05,
                                f"said {said['host_bytes']}, took {taken}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
