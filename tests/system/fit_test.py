#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `soakrig fit` says against what it really takes: 5 % at most, of our own workload and of a real
llama-server ($SOAKRIG_LLAMA_BIN or PATH; without it that part is skipped and says so)."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from gguf_peer_test import ask, free_port, llama_server, wait_until_ready

BIN = pathlib.Path(os.environ["SOAKRIG_BIN"])
SHAPE = "smollm2-360m"


def status_bytes(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no " + key)


def fit(*args):
    return json.loads(subprocess.run([BIN / "soakrig", "fit", SHAPE, "--memory", "64GB", "--json", *args],
                                     check=True, capture_output=True, text=True, timeout=60).stdout)


class Fit(unittest.TestCase):
    def test_memory_is_within_five_per_cent(self):
        for quant in ("q8_0", "q4_0"):
            with self.subTest(quant=quant):
                said = fit("--quant", quant, "--context", "64", "--kv", "f32", "--engine", "soakrig")
                work = subprocess.Popen(
                    [BIN / "soakrig-work", "llm", "--shape", SHAPE, "--format", quant, "--threads", "1",
                     "--prompt-tokens", "32", "--answer-tokens", "32"], stdout=subprocess.PIPE, text=True)
                try:
                    for line in work.stdout:
                        if json.loads(line).get("work", {}).get("tokens", 0) >= 1:  # every buffer was used
                            break
                    taken = status_bytes(work.pid, "RssAnon")
                finally:
                    work.kill()
                    work.communicate()
                self.close(said, taken)

    def close(self, said, taken):
        off = taken / said["host_bytes"] - 1
        print(f"{said['engine']} {said['format']}, context {said['context']}: said {said['host_bytes'] / 1e6:.0f} MB, "
              f"took {taken / 1e6:.0f} MB ({off:+.1%})", flush=True)
        self.assertLess(abs(off), 0.05)

    @unittest.skipIf(llama_server() is None, "no llama-server in $SOAKRIG_LLAMA_BIN or PATH")
    def test_llama_server_is_within_five_per_cent(self):
        with tempfile.TemporaryDirectory(prefix="soakrig-") as folder:
            for quant, context, cache in (("q4_0", 1024, "f16"), ("q8_0", 1024, "f16"), ("q8_0", 4096, "q8_0")):
                with self.subTest(quant=quant, context=context, cache=cache):
                    model = os.path.join(folder, quant + ".gguf")
                    if not os.path.exists(model):
                        subprocess.run([BIN / "soakrig", "model", "synth", "--gguf", "--shape", SHAPE, "--quant",
                                        quant, "-o", model], check=True, stdout=subprocess.DEVNULL, timeout=120)
                    said = fit("--quant", quant, "--context", str(context), "--kv", cache, "--engine", "llama.cpp")
                    # Known of this engine: on a CPU it keeps Q4_0 twice, the file and its own arrangement.
                    self.assertEqual(said["repacked_bytes"] > 0, quant == "q4_0")
                    self.close(said, self.server_bytes(model, context, cache))

    def server_bytes(self, model, context, cache):
        """Resident, after a prompt that filled a whole batch."""
        port = free_port()
        server = subprocess.Popen(
            [llama_server(), "-m", model, "--host", "127.0.0.1", "--port", str(port), "-c", str(context), "-np", "1",
             "-t", "2", "-ctk", cache, "-ctv", cache], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until_ready(server, port)
            ask(port, "/completion", {"prompt": [300 + i for i in range(600)], "n_predict": 2, "temperature": 0})
            return status_bytes(server.pid, "VmRSS")
        finally:
            server.kill()
            server.communicate()


if __name__ == "__main__":
    unittest.main(verbosity=2)
