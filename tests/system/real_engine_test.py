#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.real_engine`: llama-server with a model made here, soaked through kind = "openai".
Token totals are exactly the engine's own, times are its own to 2 %; a killed server is a crash, a
stopped one a hang, and the soak goes on after both. llama-batched-bench and llama-perplexity, where they are
there too, are soaked through kind = "engine": what is stored is what they printed. The engine is found by
SOAKRIG_LLAMA_BIN or PATH; without one the test is skipped (77)."""
import glob
import json
import os
import re
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


def program_called(name):
    return shutil.which(name, path=os.environ.get("SOAKRIG_LLAMA_BIN"))


def server_program():
    found = program_called("llama-server")
    if not found:
        print("skipped: no llama-server in SOAKRIG_LLAMA_BIN or PATH")
        sys.exit(77)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_model(bench, quant="q8_0", *more):
    model = bench.path(f"tiny-{quant}{''.join(more)}.gguf")
    code, _, err = bench.run("model", "synth", "--gguf", "--shape", "stories-15m", "--quant", quant,
                             *more, "-o", model)
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


def soak_program(bench, name, program, workload, seconds):
    """A soak of the real program, and what it printed: its name in PATH is that of a script here, which
    keeps each run's output before it hands it on."""
    kept = bench.path(f"{name}-runs")
    os.makedirs(kept, exist_ok=True)
    os.makedirs(bench.path("path"), exist_ok=True)
    with open(bench.path(f"path/{name}"), "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\n"{program}" "$@" >"{kept}/$$.part" 2>"{kept}/$$.err" || exit $?\n'
                     f'mv "{kept}/$$.part" "{kept}/$$.out"\ncat "{kept}/$$.err" >&2\ncat "{kept}/$$.out"\n')
    os.chmod(bench.path(f"path/{name}"), 0o755)
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{bench.path('path')}:{os.path.dirname(program)}:{path}"
    try:
        code, err, shown = bench.soak(f'kind = "engine"\nengine = "{name}"\n{workload}', f'soak = "{seconds}s"')
    finally:
        os.environ["PATH"] = path
    code, _, failed = bench.run("report", "last", "--jsonl", bench.path("run.jsonl"))
    assert code == 0, failed
    with open(bench.path("run.jsonl"), encoding="utf-8") as text:
        stored = [json.loads(line) for line in text]
    printed = []
    for file in sorted(glob.glob(f"{kept}/*.out"), key=os.path.getmtime):
        with open(file, encoding="utf-8") as text:
            printed.append(text.read())
    assert printed, f"{name} ended no run: {err}"
    return shown, stored, printed


def values_of(stored, channel):
    return [line["values"][channel] for line in stored
            if line["type"] == "row" and line["values"].get(channel) is not None]


def fallback_is_told(stored):
    """These builds have no GPU, and 99 layers were asked for on one."""
    notes = [line["body"] for line in stored if line["type"] == "event" and line["kind"] == "work.note"]
    said = [note["event"]["fallback"] for note in notes if "fallback" in note.get("event", {})]
    assert [each["part"] for each in said] == ["the whole model"], notes


def check_batched_bench(bench, model):
    program = program_called("llama-batched-bench")
    if not program:
        return "llama-batched-bench: skipped, neither in SOAKRIG_LLAMA_BIN nor in PATH"
    shown, stored, printed = soak_program(
        bench, "llama-batched-bench", program, f"""model = "{model}"
work = "tokens"
set = ["context=512", "prompt_tokens=32", "answer_tokens=32", "sequences=1,4", "threads=1"]""", 5)
    fallback_is_told(stored)
    assert not rig.incidents(shown), rig.incidents(shown)
    runs = [[json.loads(line) for line in text.splitlines() if line.startswith("{")] for text in printed]
    assert all([row["pl"] for row in rows] == [1, 4] for rows in runs), runs
    # Totals after each run; the last one may have been cut off on its way.
    done, totals = {"tokens": 0, "prompt_tokens": 0, "tokens_busy": 0.0, "prompt_tokens_busy": 0.0}, []
    for rows in runs:
        done["tokens"] += sum(row["tg"] * row["pl"] for row in rows)
        done["prompt_tokens"] += sum(row["pp"] * row["pl"] for row in rows)
        done["tokens_busy"] += sum(row["t_tg"] for row in rows)
        done["prompt_tokens_busy"] += sum(row["t_pp"] for row in rows)
        totals.append(dict(done))
    last = {kind: values_of(stored, f"work.chat.{kind}")[-1] for kind in done}
    found = [total for total in totals[-2:] if total["tokens"] == last["tokens"]]
    assert found, (last, totals[-2:])
    for kind, printed_total in found[0].items():
        assert abs(printed_total - last[kind]) < 1e-5 * len(runs), (kind, last, found)
    work = shown["boards"][0]["phases"][0]["work"][0]
    speeds = [sum(r["tg"] * r["pl"] for r in rows) / sum(r["t_tg"] for r in rows) for rows in runs]
    assert min(speeds) * 0.999 <= work["sustained"] <= max(speeds) * 1.001, (work["sustained"], speeds)
    return f"llama-batched-bench: {len(runs)} runs, {last['tokens']:.0f} tokens as printed"


def check_perplexity(bench):
    program = program_called("llama-perplexity")
    if not program:
        return "llama-perplexity: skipped, neither in SOAKRIG_LLAMA_BIN nor in PATH"
    # Sure of their tokens: all are equally likely to the other made-up model, in every quantisation.
    reference, model = make_model(bench, "f16", "--decided"), make_model(bench, "q8_0", "--decided")
    logits = bench.path("logits")
    text = bench.write("text.txt", "la li lu le lo " * 150)
    made = subprocess.run([program, "-m", reference, "-f", text, "-c", "64", "-t", "1", "--chunks", "4",
                           "--kl-divergence-base", logits], capture_output=True, text=True, check=False,
                          timeout=120)
    assert made.returncode == 0 and os.path.exists(logits), made.stderr[-2000:]
    given = f'work = "runs"\nmodel = "{model}"\nset = ["logits={logits}", "threads=1"'
    shown, stored, printed = soak_program(bench, "llama-perplexity", program, given + "]", 5)
    fallback_is_told(stored)
    printed = [text for text in printed if "KL divergence statistics" in text]  # not one cut off
    klds = [float(re.search(r"(?m)^Mean +KLD: +(-?[0-9.]+)", text).group(1)) for text in printed]
    tops = [float(re.search(r"(?m)^Same top p: +([0-9.]+)", text).group(1)) for text in printed]
    assert set(values_of(stored, "work.chat.mean_kld")) <= set(klds), klds
    runs = values_of(stored, "work.chat.runs")[-1]
    assert len(printed) - 1 <= runs <= len(printed), (runs, len(printed))
    wrong = [top for top in tops if top < 85] + [kld for kld in klds if kld > 0.1]
    assert bool(rig.incidents(shown)) == bool(wrong), (rig.incidents(shown), klds, tops)
    # The same model against a bound that it cannot keep: the figure that was printed is the evidence.
    shown, _, printed = soak_program(bench, "llama-perplexity", program, given + ', "max_kld=-1"]', 3)
    (kld,) = set(re.findall(r"(?m)^Mean +KLD: +(-?[0-9.]+)", "".join(printed)))
    found = [i for i in rig.incidents(shown) if i["class"] == "output-mismatch"]
    assert found and f"{float(kld):g}" in " ".join(found[0]["evidence"]), (kld, found)
    return f"llama-perplexity: {runs:.0f} runs, mean KLD {kld} as printed"


def main():
    program = server_program()
    with rig.Rig() as bench:
        model = make_model(bench)
        tokens, off = check_figures(bench, program, model)
        check_incidents(bench, program, model)
        programs = [check_batched_bench(bench, model), check_perplexity(bench)]
    print(f"real_engine: {tokens} tokens as the engine counts them, its time to {100 * off:+.2f} %")
    print("\n".join(programs))


if __name__ == "__main__":
    main()
