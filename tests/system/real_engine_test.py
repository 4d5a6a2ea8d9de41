#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.real_engine`: llama-server with a model made here, soaked through kind = "openai".
Token totals are exactly the engine's own, times are its own to 2 %; a killed server is a crash, a
stopped one a hang, and the soak goes on after both. The engine is found by SOAKRIG_LLAMA_BIN or PATH;
without one the test is skipped (77)."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import rig

WORK = os.path.join(rig.BIN, "soakrig-work")
TOKENS = 160


def server_program():
    folder = os.environ.get("SOAKRIG_LLAMA_BIN")
    found = shutil.which("llama-server", path=folder) if folder else shutil.which("llama-server")
    if not found:
        print("skipped: no llama-server in SOAKRIG_LLAMA_BIN or PATH")
        sys.exit(77)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_model(bench):
    model = bench.path("tiny.gguf")
    code, _, err = bench.run("model", "synth", "--gguf", "--shape", "stories-15m", "--quant", "q8_0",
                             "-o", model)
    assert code == 0, err
    return model


def command(program, model, port):
    return [program, "-m", model, "--host", "127.0.0.1", "--port", str(port), "-c", "2048", "-np", "2",
            "-t", "1", "--no-ui", "--no-warmup"]


def check_figures(bench, program, model):
    """Client and engine on the same requests. Counts are exact at once; time is compared again, at most
    three times, since others may use this machine: both clocks are read by processes that wait."""
    prompts = bench.write("prompts.jsonl", '{"prompt":"la"}\n')
    for attempt in range(3):
        tokens, off = compare(program, model, prompts)
        if abs(off) <= 0.02:
            return tokens, off
        print(f"attempt {attempt}: the client's time is {100 * off:.1f} % off the engine's")
    raise AssertionError("the client's time is not the engine's")


def compare(program, model, prompts):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [WORK, "openai", "--url", url, f"--answer-tokens={TOKENS}", "--cycles=12",
            "--prompt-file", prompts]
    argv += ["--start=" + word for word in command(program, model, port)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    facts = next(line["facts"] for line in lines if "ready" in line)
    assert facts.get("engine_model") and int(facts["engine_slots"]) == 2, facts
    work = [line["work"] for line in lines if "work" in line][-1]
    assert work["failed"] == 0 and work["tokens"] == TOKENS * work["requests"], work
    engine = [line["hist"]["engine"] for line in lines if "hist" in line][-1]
    assert engine["requests"] == work["requests"], (engine, work)
    assert engine["tokens"] == engine["engine_tokens"] == work["tokens"], (engine, work)
    return work["tokens"], engine["s"] / engine["engine_s"] - 1


def engines_of(port):
    """Pids of the llama-servers on that port: ours, and nobody else's."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as words:
                line = words.read().split(b"\0")
        except OSError:
            continue
        if str(port).encode() in line and any(w.endswith(b"llama-server") for w in line):
            out.append(int(pid))
    return out


def check_incidents(bench, program, model):
    port = free_port()
    start = json.dumps(command(program, model, port))
    load = f"""kind = "openai"
url = "http://127.0.0.1:{port}"
start = {start}
answer_tokens = 32
hang_after = "3s"
stall = "2s"
restart = {{ budget = 5, backoff = "200ms" }}"""
    done = []

    def disturb(kill, after):
        until = time.monotonic() + 30
        while not engines_of(port) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(after)
        for pid in engines_of(port):
            os.kill(pid, kill)
            done.append(kill)

    def trouble():
        disturb(signal.SIGKILL, 3)
        time.sleep(1)
        disturb(signal.SIGSTOP, 3)

    thread = threading.Thread(target=trouble)
    thread.start()
    code, err, shown = bench.soak(load, 'soak = "20s"')
    thread.join()
    assert signal.SIGKILL in done and signal.SIGSTOP in done, done
    classes = [i["class"] for i in rig.incidents(shown)]
    assert classes.count("workload-crash") == 1 and classes.count("workload-hang") == 1, (classes, err)
    assert code == 1, (code, err)  # two incidents of the board's
    work = shown["boards"][0]["phases"][0]["work"][0]
    assert work["samples"] > 20 and work["latency"]["ttft"]["n"] > 5, work
    assert not engines_of(port), "an engine was left behind"


def main():
    program = server_program()
    with rig.Rig() as bench:
        model = make_model(bench)
        tokens, off = check_figures(bench, program, model)
        check_incidents(bench, program, model)
    print(f"real_engine: {tokens} tokens as the engine counts them, its time to {100 * off:+.2f} %")


if __name__ == "__main__":
    main()
