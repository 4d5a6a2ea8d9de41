#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""soakrig-work exec: ends as its program ends, stops with its program, and runs the engines that are
installed here for real: each must find work in the output of the version that is there."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("SOAKRIG_BIN", "bin"))
PROGRAM = BIN / "soakrig-work"
FULL = os.environ.get("SOAKRIG_CAMPAIGN") == "full"
LIMIT = 90


def environment():
    path = os.environ.get("PATH", "/usr/bin:/bin")
    llama = os.environ.get("SOAKRIG_LLAMA_BIN")
    return {**os.environ, "PATH": f"{llama}:{path}" if llama else path}


def run(*args):
    return subprocess.run([PROGRAM, "exec", *map(str, args)], capture_output=True, text=True,
                          timeout=LIMIT, env=environment())


def said(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


class Exec(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def engine(self, script):
        path = self.folder / "e.toml"
        path.write_text(f"engine = \"e\"\nsummary = \"s\"\nargv = [\"sh\", \"-c\", '''{script}''']\n"
                        "[[work]]\nname = \"n\"\nline = 'n (?<amount>[0-9]+)'\n")
        return path

    def test_it_ends_as_its_program_ends(self):
        self.assertEqual(run(self.engine("echo n 1; exit 7")).returncode, 7)
        self.assertEqual(run(self.engine("kill -SEGV $$")).returncode, -signal.SIGSEGV)
        self.assertEqual(run(self.engine("kill -KILL $$")).returncode, -signal.SIGKILL)

    def test_a_stop_ends_the_program_and_its_children(self):
        mark = self.folder / "pids"
        engine = self.engine(f"sleep 60 & echo $! >> {mark}; echo $$ >> {mark}; echo n 1; wait")
        process = subprocess.Popen([PROGRAM, "exec", engine], stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if json.loads(line).get("work", {}).get("n") == 1:
                break
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 0)
        pids = mark.read_text().split()
        self.assertEqual(len(pids), 2)
        until = time.monotonic() + 10
        while any(pathlib.Path(f"/proc/{pid}/cmdline").exists()
                  and pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids):
            self.assertLess(time.monotonic(), until, "a child goes on")
            time.sleep(0.05)

    def test_a_bad_file_and_a_missing_program_are_usage(self):
        bad = self.folder / "bad.toml"
        bad.write_text("engine = \"e\"\nsummary = \"s\"\nargv = [\"sh\"]\n[[work]]\nname = \"n\"\nline = '('\n")
        done = run(bad)
        self.assertEqual(done.returncode, 4)
        self.assertIn(f"{bad}:6: ", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        missing = self.folder / "missing.toml"
        missing.write_text("engine = \"e\"\nsummary = \"s\"\nargv = [\"no-such-program\"]\n"
                           "[[work]]\nname = \"n\"\nline = 'x'\n")
        self.assertEqual(run(missing).returncode, 4)
        self.assertEqual(run("no-such-engine").returncode, 4)


class Real(unittest.TestCase):
    """Two runs of each engine that is installed; the others are skipped by name."""

    def soak(self, name, *options, kinds, cycles=2):
        program = shutil.which(name, path=environment()["PATH"])
        if program is None:
            self.skipTest(f"{name} is not installed")
        args = [word for option in options for word in ("--set", option)]
        done = run(name, *args, "--cycles", cycles)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = said(done)
        self.assertEqual(lines[0]["facts"]["engine"], name)
        totals = [line for line in lines if "work" in line][-1]
        self.assertEqual(totals["cycle"], cycles)
        for kind in kinds:
            self.assertGreater(totals["work"][kind], 0)
            self.assertGreater(totals["busy"][kind], 0)
        self.assertEqual([line for line in lines if line.get("check", {}).get("ok") is False], [])
        return lines

    def test_stress_ng(self):
        lines = self.soak("stress-ng", "seconds=1", "threads=1", kinds=["bogo_ops"])
        self.assertRegex(lines[0]["facts"]["version"], r"^\d+\.\d+")

    def test_stress_ng_without_its_stressor(self):
        if shutil.which("stress-ng") is None:
            self.skipTest("stress-ng is not installed")
        done = run("stress-ng", "--set", "stressor=no-such-stressor")
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong arguments", done.stderr)

    def test_stressapptest(self):
        self.soak("stressapptest", "seconds=1", "megabytes=32", "threads=1", kinds=["bytes"],
                  cycles=1)

    def test_fio(self):
        with tempfile.TemporaryDirectory() as folder:
            self.soak("fio", f"file={folder}/soak.bin", "size=1m", "rw=randrw", "seconds=1",
                      kinds=["read_bytes", "write_bytes"])

    def test_iperf3(self):
        if shutil.which("iperf3") is None:
            self.skipTest("iperf3 is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(["iperf3", "-s", "-B", "127.0.0.1", "-p", str(port)],
                                  stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        until = time.monotonic() + 10
        while subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", str(port), "-n", "1K"],
                             capture_output=True, check=False).returncode != 0:
            self.assertLess(time.monotonic(), until, "the server does not answer")
            time.sleep(0.1)
        self.soak("iperf3", "server=127.0.0.1", f"port={port}", "seconds=1", kinds=["bytes"])

    def test_clpeak(self):
        if not FULL:
            self.skipTest("clpeak takes half a minute: only in the full campaign")
        self.soak("clpeak", kinds=["runs"], cycles=1)

    def soak_llama(self, name, *options, kinds):
        if shutil.which(name, path=environment()["PATH"]) is None:
            self.skipTest(f"{name} is neither in SOAKRIG_LLAMA_BIN nor in PATH")
        with tempfile.TemporaryDirectory() as folder:
            model = f"{folder}/m.gguf"
            subprocess.run([BIN / "soakrig", "model", "synth", "--gguf", "--shape", "stories-15m",
                            "-o", model], check=True, capture_output=True, timeout=LIMIT)
            return self.soak(name, f"model={model}", "prompt_tokens=16", "answer_tokens=8",
                             "threads=1", *options, kinds=kinds, cycles=1)

    def test_llama_bench(self):
        lines = self.soak_llama("llama-bench", "repetitions=2", kinds=["tokens", "prompt_tokens"])
        totals = [line for line in lines if "work" in line][-1]["work"]
        self.assertEqual(totals, {"tokens": 16, "prompt_tokens": 32})

    def test_llama_batched_bench(self):
        self.soak_llama("llama-batched-bench", "sequences=2", "context=512",
                        kinds=["tokens", "prompt_tokens"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
