#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A GGUF file of ours in the real llama.cpp: after the same token ids both choose the same next token, at
each of 64 places of an answer. Needs llama-server in $SOAKRIG_LLAMA_BIN or in PATH; skipped (77) without.

Made-up weights give flat logits, and the engines round differently (llama.cpp keeps the scales of
activations in half precision), so a few choices are near-ties. The peer is therefore asked for one token
after each beginning of our answer: one near-tie does not end the comparison. Where it chooses another
token, our lead of the chosen one over the second must be tiny.
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

BIN = pathlib.Path(os.environ["SOAKRIG_BIN"])
TOKENS = 64
# Logits of these models have a standard deviation of about one, and the engines' differ by a hundredth.
NEAR_TIE = 0.05
MOST_TIES = 8


def llama_server():
    folder = os.environ.get("SOAKRIG_LLAMA_BIN")
    if folder:
        found = pathlib.Path(folder) / "llama-server"
        return str(found) if os.access(found, os.X_OK) else None
    return shutil.which("llama-server")


def ask(port, path, body=None, timeout=300):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}",
                                     None if body is None else json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_ready(server, port):
    for _ in range(240):
        if server.poll() is not None:
            raise AssertionError("llama-server ended: " + server.stderr.read()[-2000:])
        try:
            if ask(port, "/health")["status"] == "ok":
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("llama-server was not ready in two minutes")


def peer_tokens(model, prompt, ours):
    """What the peer says after the prompt and each beginning of our answer. One thread: two that wait for
    each other crawl on a busy machine."""
    port = free_port()
    server = subprocess.Popen(
        [llama_server(), "-m", model, "--host", "127.0.0.1", "--port", str(port), "-c", "256", "-np", "1",
         "-t", "1", "--no-warmup", "-ctk", "f32", "-ctv", "f32", "-fa", "off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_ready(server, port)
        return [ask(port, "/completion", {"prompt": prompt + ours[:i], "n_predict": 1, "temperature": 0,
                                          "top_k": 1, "cache_prompt": True, "ignore_eos": True,
                                          "return_tokens": True})["tokens"][0] for i in range(TOKENS)]
    finally:
        server.kill()
        server.communicate()


def our_answer(model, prompt):
    done = subprocess.run(
        [BIN / "soakrig-work", "llm", "--model", model, "--prompt-ids", ",".join(map(str, prompt)),
         "--answer-tokens", str(TOKENS), "--cycles", "1", "--report-answer", "--threads", "2"],
        capture_output=True, text=True, timeout=240)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    for line in done.stdout.splitlines():
        answer = json.loads(line).get("event", {}).get("answer")
        if answer:
            return answer["tokens"], answer["leads"]
    raise AssertionError("no answer event")


class GgufPeer(unittest.TestCase):
    def same(self, quant):
        with tempfile.TemporaryDirectory(prefix="soakrig-") as folder:
            model = os.path.join(folder, "model.gguf")
            subprocess.run([BIN / "soakrig", "model", "synth", "--gguf", "--shape", "stories-15m",
                            "--quant", quant, "--seed", "7", "-o", model], check=True,
                           stdout=subprocess.DEVNULL, timeout=120)
            prompt = [1] + [300 + 37 * i for i in range(15)]
            ours, leads = our_answer(model, prompt)
            theirs = peer_tokens(model, prompt, ours)
        self.assertEqual(len(ours), TOKENS)
        self.assertGreater(len(set(ours)), 3, "an answer of one word proves little")
        ties = [i for i in range(TOKENS) if ours[i] != theirs[i]]
        for i in ties:
            self.assertLess(leads[i], NEAR_TIE, f"{quant}: token {i} is {ours[i]} here, {theirs[i]} there")
        self.assertLessEqual(len(ties), MOST_TIES)
        print(f"{quant}: {TOKENS - len(ties)} of {TOKENS} tokens equal, near-ties at {ties}", flush=True)

    def test_q8_0(self):
        self.same("q8_0")

    def test_q4_0(self):
        self.same("q4_0")


if __name__ == "__main__":
    if llama_server() is None:
        print("skipped: no llama-server in $SOAKRIG_LLAMA_BIN or PATH")
        sys.exit(77)
    unittest.main(verbosity=2)
