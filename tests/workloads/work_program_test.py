#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs soakrig-work as the agent does and reads what it says: protocol, signals, exit codes,
injected trouble, usage errors. Also runs the example program of docs/howto/write_a_workload.md."""
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.path.join(os.environ.get("SOAKRIG_BIN", "bin"), "soakrig-work")
SOURCE = pathlib.Path(os.environ.get("SOAKRIG_SOURCE", "."))
SMALL = ["llm", "--shape", "stories-15m", "--threads", "2", "--prompt-tokens", "16",
         "--answer-tokens", "8", "--check-every", "4"]
LIMIT = 60  # seconds that nothing here may take on a busy machine


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=LIMIT)


def start(*args, command=(PROGRAM,)):
    return subprocess.Popen([*command, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def lines_until(process, wanted):
    """Parsed lines up to and including the first for which wanted(line) holds."""
    seen = []
    for raw in process.stdout:
        seen.append(json.loads(raw))
        if wanted(seen[-1]):
            return seen
    raise AssertionError(f"ended without the line wanted; last: {seen[-3:]}")


def finish(process):
    process.stdout.close()
    process.stderr.close()
    return process.wait(LIMIT)


class Protocol(unittest.TestCase):
    def test_ready_totals_and_checks(self):
        done = run(*SMALL, "--cycles", "3", "--instance", "4", "--cores", "all")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertIs(said[0]["ready"], True)
        self.assertEqual(said[0]["instance"], 4)
        self.assertEqual(said[0]["facts"]["shape"], "stories-15m")
        cores = ",".join(str(core) for core in sorted(os.sched_getaffinity(0)))
        self.assertEqual(said[0]["facts"]["cores"], cores)
        totals = [line for line in said if "work" in line]
        before = {"tokens": 0, "prompt_tokens": 0, "busy_s": 0, "cycle": 0}
        for line in totals:
            now = {**line["work"], "busy_s": line["busy_s"], "cycle": line["cycle"]}
            for key, value in now.items():
                self.assertGreaterEqual(value, before.get(key, 0))
            before = now
        for cycle in (1, 2, 3):
            ends = next(line for line in totals if line["cycle"] == cycle)
            self.assertEqual(ends["work"], {"tokens": 8 * cycle, "prompt_tokens": 16 * cycle})
            self.assertAlmostEqual(sum(ends["busy"].values()), ends["busy_s"], places=6)
        self.assertEqual(sum("gauge" in line for line in said), 3)
        checks = [line["check"] for line in said if "check" in line]
        self.assertTrue(checks and all(check["ok"] for check in checks))
        golden = [line["event"]["golden"] for line in said if "event" in line]
        self.assertEqual(len(golden), 1)
        again = run(*SMALL, "--cycles", "1", "--golden", golden[0]["value"], "--threads", "1")
        self.assertNotIn('"ok":false', again.stdout)
        wrong = run(*SMALL, "--cycles", "1", "--golden", "0123456789abcdef:1")
        self.assertIn('"ok":false', wrong.stdout)

    def test_terminate_ends_in_order(self):
        work = start(*SMALL)
        lines_until(work, lambda line: line.get("cycle", 0) >= 1)
        work.send_signal(signal.SIGTERM)
        last = [json.loads(raw) for raw in work.stdout][-1]
        self.assertIn("work", last)
        self.assertEqual(finish(work), 0)

    def test_terminate_ends_a_pause(self):
        work = start(*SMALL, "--pause", "1h")
        lines_until(work, lambda line: line.get("cycle", 0) >= 1)
        work.send_signal(signal.SIGTERM)
        self.assertEqual(finish(work), 0)

    def test_closed_pipe_ends_it(self):
        for pause in ("0s", "1h"):
            work = start(*SMALL, "--pause", pause)
            lines_until(work, lambda line: line.get("cycle", 0) >= 1)
            self.assertEqual(finish(work), 0)


class Trouble(unittest.TestCase):
    def test_crash_and_exit(self):
        self.assertEqual(run(*SMALL, "--inject", "crash@0s").returncode, -signal.SIGSEGV)
        self.assertEqual(run(*SMALL, "--inject", "exit:37@0s").returncode, 37)

    def test_hang_makes_no_progress_and_ignores_terminate(self):
        work = start(*SMALL, "--inject", "hang@100ms")
        lines_until(work, lambda line: "ready" in line)
        time.sleep(1)
        work.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        self.assertIsNone(work.poll())
        work.kill()
        self.assertEqual(finish(work), -signal.SIGKILL)

    def test_garbage_silence_and_an_endless_line(self):
        for kind in ("garbage", "silent", "endless-line"):
            work = start(*SMALL, "--inject", f"{kind}@0s")
            self.assertIn("ready", json.loads(work.stdout.readline()))
            work.stdout.readline()  # the check of the known answer came before the trouble
            if kind == "garbage":
                self.assertRaises(ValueError, json.loads, work.stdout.readline())
            elif kind == "endless-line":
                self.assertNotIn(b"\n", work.stdout.read(200_000))
            else:
                time.sleep(0.5)
                self.assertIsNone(work.poll())
            work.send_signal(signal.SIGTERM)
            if kind == "silent":
                self.assertNotIn(b'"work"', work.stdout.read())
            self.assertEqual(finish(work), 0)

    def test_wrong_bits_are_seen(self):
        for kind in ("error", "error-small"):
            work = start(*SMALL, "--inject", f"{kind}@500ms")
            bad = lines_until(work, lambda line: line.get("check", {}).get("ok") is False)[-1]
            self.assertNotEqual(bad["check"]["expected"], bad["check"]["got"])
            self.assertEqual(finish(work), 0)

    def test_leak_grows(self):
        work = start(*SMALL, "--inject", "leak@0s")
        lines_until(work, lambda line: line.get("cycle", 0) >= 2)

        def anonymous():
            text = pathlib.Path(f"/proc/{work.pid}/status").read_text()
            return int(text.split("RssAnon:")[1].split()[0])

        before, limit = anonymous(), time.monotonic() + LIMIT
        for _ in work.stdout:
            if anonymous() > before + 20_000 or time.monotonic() > limit:
                break
        self.assertGreater(anonymous(), before + 20_000)
        self.assertEqual(finish(work), 0)

    def test_signals_only_where_allowed(self):
        work = start(*SMALL, "--allow-signals")
        lines_until(work, lambda line: "work" in line)
        work.send_signal(signal.SIGUSR1)
        self.assertEqual(finish(work), -signal.SIGSEGV)
        work = start(*SMALL, "--allow-signals")
        lines_until(work, lambda line: "work" in line)
        work.send_signal(signal.SIGUSR2)
        time.sleep(0.3)
        work.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        self.assertIsNone(work.poll())
        work.kill()
        finish(work)
        work = start(*SMALL)
        lines_until(work, lambda line: "work" in line)
        work.send_signal(signal.SIGUSR1)  # the default: it ends, but does not crash by itself
        self.assertEqual(finish(work), -signal.SIGUSR1)


class CommandLine(unittest.TestCase):
    def test_listings(self):
        self.assertIn("llm", run("--list").stdout)
        self.assertTrue(run("--version").stdout.startswith("soakrig-work "))
        self.assertIn("--shape", run("llm", "--help").stdout)
        shapes = json.loads(run("shapes", "--json").stdout)["shapes"]
        self.assertIn("tinyllama-1.1b", [shape["name"] for shape in shapes])
        self.assertIn("tinyllama-1.1b", run("shapes").stdout)

    def test_usage_errors_are_one_line_and_4(self):
        for args, part in ((["lmm"], "did you mean 'llm'"), ([], "no workload"),
                           (["llm", "--shape", "tinylama-1.1b"], "did you mean"),
                           (["llm", "--threads", "0"], "--threads"),
                           (["llm", "--threads", "many"], "--threads"),
                           (["gemm", "--threads", "0"], "--threads"),
                           (["memory", "--threads", "0"], "--threads"),
                           (["mix", "--threads", "0"], "--threads"),
                           (["llm", "--cores", "1023"], "core 1023 does not exist"),
                           (["gemm", "--cores", "0-1023"], "does not exist"),
                           (["memory", "--cores", "3-1"], "no set of cores"),
                           (["llm", "--bogus"], "--bogus"),
                           (["llm", "--cores", "medium"], "big, little"),
                           (["llm", "--pause", "5"], "--pause"),
                           (["llm", "--inject", "crsh@1s"], "did you mean"),
                           (["llm", "--shape", "stories-15m", "--prompt-tokens", "999"],
                            "context")):
            done = run(*args)
            self.assertEqual(done.returncode, 4, args)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn(part, done.stderr)
            self.assertTrue(done.stderr.startswith("soakrig-work: "))

    def test_more_memory_than_there_is(self):
        limited = "import resource, os, sys; resource.setrlimit(resource.RLIMIT_AS, " \
                  "(200 << 20, 200 << 20)); os.execv(sys.argv[1], sys.argv[1:])"
        done = subprocess.run([sys.executable, "-c", limited, PROGRAM, "llm", "--shape",
                               "tinyllama-1.1b", "--threads", "1"],
                              capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("memory", done.stderr)


def gguf_text(text):
    return struct.pack("<Q", len(text)) + text.encode()


def gguf(keys=(), tensors=(), counts=None, version=3, size=None):
    """(head of a GGUF file, its size): keys are (name, type, packed value), tensors (name, dimensions, type,
    offset)."""
    head = b"GGUF" + struct.pack("<IQQ", version, *(counts or (len(tensors), len(keys))))
    for name, kind, value in keys:
        head += gguf_text(name) + struct.pack("<I", kind) + value
    for name, dimensions, kind, offset in tensors:
        head += gguf_text(name) + struct.pack("<I", len(dimensions))
        head += struct.pack(f"<{len(dimensions)}QIQ", *dimensions, kind, offset)
    return head, size or len(head) + 8192


LLAMA = [("general.architecture", 8, gguf_text("llama")),
         *((f"llama.{name}", 4, struct.pack("<I", value)) for name, value in (
             ("context_length", 128), ("embedding_length", 64), ("block_count", 1), ("feed_forward_length", 96),
             ("attention.head_count", 4))),
         ("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5))]
EMBEDDING = "token_embd.weight"


class HostileModel(unittest.TestCase):
    """Each is refused by one line that names it, in a process that could not allocate what it claims."""

    def refused(self, head, size, *, code=4, part):
        with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
            file.write(head)
            file.flush()
            os.truncate(file.name, size)  # sparse: it takes no room
            limited = "import resource, os, sys; resource.setrlimit(resource.RLIMIT_DATA, " \
                      "(64 << 20, 64 << 20)); os.execv(sys.argv[1], sys.argv[1:])"
            done = subprocess.run([sys.executable, "-c", limited, PROGRAM, "llm", "--model", file.name,
                                   "--threads", "1"], capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(part, done.stderr)

    def test_claims_that_would_hurt(self):
        whole, size = gguf(LLAMA, [(EMBEDDING, (64, 64), 8, 0)])
        for head, length, part in (
                (b"GGUF", 4096, "version is 0"),
                (whole[:200], 200, "beyond"),
                (*gguf(LLAMA, version=9), "version is 9"),
                (*gguf(LLAMA, counts=(1_000_000, len(LLAMA))), "1000000 tensors"),
                (*gguf(LLAMA, counts=(1, 2**63)), "keys"),
                (*gguf([("general.architecture", 8, struct.pack("<Q", 2**62))]), "beyond"),
                (*gguf([("general.architecture", 8, gguf_text("gpt2"))]), "architecture is gpt2"),
                (*gguf(LLAMA + [("general.alignment", 4, struct.pack("<I", 3))]), "alignment is 3"),
                (*gguf(LLAMA, [(EMBEDDING, (2**62, 4), 8, 0)]), "impossible dimensions"),
                (*gguf(LLAMA, [(EMBEDDING, (256, 8), 12, 0)]), "format q4_k, and only"),
                (*gguf(LLAMA, [(EMBEDDING, (64, 64), 99, 0)]), "format 99, which nobody knows"),
                (*gguf(LLAMA, [(EMBEDDING, (64, 64), 8, 2**62)]), "beyond the end"),
                (*gguf(LLAMA, [(EMBEDDING, (64, 64), 8, 7)]), "not aligned"),
                (whole, size, "missing")):
            with self.subTest(part=part):
                self.refused(head, length, part=part)

    def test_a_model_larger_than_memory(self):
        vocabulary, wide = 1 << 20, 1 << 15
        keys = [k for k in LLAMA if not k[0].endswith(("embedding_length", "feed_forward_length"))]
        keys += [("llama.embedding_length", 4, struct.pack("<I", wide)),
                 ("llama.feed_forward_length", 4, struct.pack("<I", 1 << 18))]
        tensors, at = [], 0
        for name, dimensions, kind in (
                (EMBEDDING, (wide, vocabulary), 8), ("output_norm.weight", (wide,), 0),
                ("blk.0.attn_norm.weight", (wide,), 0), ("blk.0.ffn_norm.weight", (wide,), 0),
                *((f"blk.0.attn_{n}.weight", (wide, wide), 8) for n in ("q", "k", "v", "output")),
                ("blk.0.ffn_gate.weight", (wide, 1 << 18), 8), ("blk.0.ffn_up.weight", (wide, 1 << 18), 8),
                ("blk.0.ffn_down.weight", (1 << 18, wide), 8)):
            tensors.append((name, dimensions, kind, at))
            elements = dimensions[0] * (dimensions[1] if len(dimensions) > 1 else 1)
            at += elements * 4 if kind == 0 else elements // 32 * 34
            at = (at + 31) // 32 * 32
        head, _ = gguf(keys, tensors)
        self.refused(head, len(head) + 64 + at, code=2, part="of memory, but only")


class Example(unittest.TestCase):
    def test_any_program_that_speaks_the_protocol(self):
        work = start(command=(sys.executable, str(SOURCE / "docs/examples/counting_workload.py")))
        said = lines_until(work, lambda line: line.get("cycle", 0) >= 3)
        self.assertIs(said[0]["ready"], True)
        self.assertGreater(said[-1]["work"]["hashes"], 0)
        self.assertGreater(said[-1]["busy_s"], 0)
        self.assertTrue(any(line.get("check", {}).get("ok") for line in said))
        work.send_signal(signal.SIGTERM)
        work.communicate(timeout=LIMIT)  # to its end: Python cannot flush into a pipe that is closed
        self.assertEqual(work.returncode, 0)


if __name__ == "__main__":
    unittest.main()
