#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.quality`: `soakrig quality` against endpoints whose damage is known, among them commands
that it starts itself; and against llama-server (SOAKRIG_LLAMA_BIN or PATH; left out, with that reason,
where there is none) with one model in F16, Q8_0, Q4_0 and a damaged Q4_0."""
import contextlib
import hashlib
import http.server
import csv
import glob
import json
import math
import os
import shutil
import struct
import sys
import threading

import rig

ANSWERS = {f"What is {a} plus {b}?\nAnswer:": f" {a + b}" for a in range(3, 9) for b in range(11, 16)}


class Model:
    """Tokens are `cut` characters long. At a share `off` of positions it thinks another token likelier."""

    def __init__(self, off=0.0, wrong=0, chances=True, fickle=False, broken=False,
                 flat=False, cut=1):
        self.cut = cut
        self.off, self.chances, self.fickle, self.broken = off, chances, fickle, broken
        self.flat = flat  # everything is equally likely, as to a model without training
        self.wrong = set(list(ANSWERS)[:wrong])
        self.asked = 0

    def top(self, text):
        prompt = max((p for p in ANSWERS if text.startswith(p)), key=len, default=None)
        said = text[len(prompt):] if prompt else ""
        answer = (ANSWERS.get(prompt, " ?") if prompt not in self.wrong else " 0") + "." * 200
        right = answer[len(said):len(said) + self.cut] if answer.startswith(said) else "." * self.cut
        if self.flat:
            return [(right, 1e-4), ("~", 1e-4), ("#", 1e-4)]
        drawn = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2 ** 32
        first, second = (0.3, 0.6) if drawn < self.off else (0.8, 0.1)
        return sorted([(right, first), ("~", second), ("#", 0.05)], key=lambda t: -t[1])

    def complete(self, ask):
        self.asked += 1
        text, tokens = ask["prompt"], []
        for _ in range(ask["max_tokens"]):
            top = self.top(text)
            tokens.append((top[0][0], top))
            text += top[0][0]
        out = "".join(t for t, _ in tokens)
        if self.fickle:
            out += str(self.asked)
        choice = {"text": out, "logprobs": None}
        if self.chances and ask.get("logprobs"):
            choice["logprobs"] = {"content": [
                {"token": t, "bytes": list(t.encode()), "logprob": math.log(top[0][1]),
                 "top_logprobs": [{"token": o, "bytes": list(o.encode()), "logprob": math.log(p)}
                                  for o, p in top]} for t, top in tokens]}
        return "{oops" if self.broken else json.dumps({"choices": [choice]})


@contextlib.contextmanager
def served(model):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            known = self.path == "/v1/completions"
            body = model.complete(json.loads(asked)).encode() if known else b"{}"
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def compared(bench, code, *args):
    got, out, err = bench.run("quality", *args, "--json", timeout=240)
    assert got == code, (got, err, out[-500:])
    return json.loads(out)["candidates"]


def check_fakes(bench):
    own = bench.write("own.jsonl", "".join(
        json.dumps({"prompt": p, "expect": a.strip(), "check": "number"}) + "\n"
        for p, a in ANSWERS.items()))
    use = ("--tasks", own, "--prompts", "6", "--tokens", "8")
    with served(Model()) as ref, served(Model()) as same, served(Model(off=0.1)) as near, \
            served(Model(off=0.4, wrong=12)) as far, served(Model(chances=False)) as mute, \
            served(Model(fickle=True)) as fickle, served(Model(broken=True)) as broken, \
            served(Model(flat=True)) as flat, served(Model(cut=2)) as pairs:
        itself, a, b = compared(bench, 1, ref, same, near, far, *use, "--quant", "q4_0")
        assert itself["top1"]["value"] == 1 and itself["kl_lower_bound"] < 1e-12, itself
        assert itself["logprob_difference"] == 0 and not itself["alarm"] and not itself["limits"]
        assert itself["first_divergence"] == [None] * 6 and itself["tasks"]["right_to_wrong"] == 0
        assert 1 > a["top1"]["value"] > b["top1"]["value"], (a["top1"], b["top1"])
        assert 0 < a["kl_lower_bound"] < b["kl_lower_bound"]
        assert b["alarm"] and b["tasks"]["right_to_wrong"] >= 12, b
        assert b["tasks"]["reference"]["seen"] == len(ANSWERS) and b["tasks"]["p_value"] < 0.001
        # The fickle one ends each answer with another number: all of them are wrong.
        for url, wanted, limit in ((mute, 3, "no log-probabilities"), (fickle, 1, "again")):
            said = compared(bench, wanted, ref, url, *use)[0]
            assert any(limit in line for line in said["limits"]), said
        level = compared(bench, 3, flat, flat, *use)[0]
        assert level["flat"] == level["top1"]["of"] > 0, level
        assert len(level["limits"]) == 1 and "equally likely" in level["limits"][0], level
        # Another tokenizer: what the reference chose is no token of the candidate's.
        other = compared(bench, 3, ref, pairs, *use, "--quant", "q4_0")[0]
        assert len(other["limits"]) == 1 and "tokeni" in other["limits"][0], other
        assert other["tasks"]["right_to_wrong"] == 0 and not other["alarm"], other
        for args in ((ref, broken), (broken, ref)):
            code, _, err = bench.run("quality", *args, *use)
            assert code == 2 and err.count("\n") == 1 and "has no choices" in err, (code, err)
        code, out, _ = bench.run("quality", ref, same, "--each", "1", "--prompts", "2")
        assert code == 0 and "extraction.zh" in out, out
    bad = bench.write("bad.jsonl", '{"prompt":"p","expect":"x"}\n{"prompt":\n')
    code, _, err = bench.run("quality", ref, ref, "--tasks", bad)
    assert code == 4 and "bad.jsonl:2:" in err, err


class Soaked(Model):
    """Gets worse when its reference is asked again, that is in the second phase."""

    def damage(self):
        vars(self).update(off=0.6, wrong=set(ANSWERS))


class Reference(Model):
    def __init__(self, engine):
        super().__init__()
        self.engine = engine

    def complete(self, ask):
        if self.engine.asked:
            self.engine.damage()
        return super().complete(ask)


def rules_of(shown):
    return {(r["name"], r["phase"]): r for r in shown["boards"][0]["rules"] if r["rule"] == "quality"}


def check_soak(bench):
    """Quality beside a load, on the virtual bench: an engine that gets worse on the way is a series that falls,
    in the same file as speed and temperature, and fails the board by the bars of the profile."""
    own = bench.write("soaked.jsonl", "".join(
        json.dumps({"prompt": p, "expect": a.strip(), "check": "number"}) + "\n"
        for p, a in list(ANSWERS.items())[:4]))
    engine = Soaked()
    with served(Reference(engine)) as ref, served(engine) as url:
        profile = bench.write("sense.toml", f"""
[soak]
name = "sense"
[verdict]
window = "1s"
short_window = "500ms"
[[board]]
name = "board"
sysroot = "virtual"
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
[workload.sense]
kind = "quality"
reference = "{ref}"
url = "{url}"
every = "300ms"
tasks = "{own}"
prompts = 2
top1_min = 0.9
top1_fall_max = 0.05
solved_min = 0.5
kl_max = 1e-6
[[phase]]
name = "before"
reference = true
soak = "5s"
work = ["chat", "sense"]
[[phase]]
name = "after"
soak = "5s"
work = ["chat", "sense"]
""")
        code, _, err = bench.run("run", profile)
    shown = bench.show()
    assert code == 1, (code, err)
    assert shown["run"]["provenance"] == "simulated"
    assert not rig.incidents(shown), rig.incidents(shown)
    work = {w["name"]: w for w in shown["boards"][0]["phases"][0]["work"]}
    assert work["sense"]["kind"] == "quality" and work["sense"]["unit"] == "{question}/s", work["sense"]
    assert work["chat"]["sustained"], work["chat"]
    rules = rules_of(shown)
    verdicts = {key: rule["verdict"] for key, rule in rules.items()}
    assert verdicts == {("top1_min", "before"): "pass", ("top1_min", "after"): "fail",
                        ("top1_fall_max", "after"): "fail", ("solved_min", "before"): "pass",
                        ("solved_min", "after"): "fail", ("kl_max", "before"): "pass",
                        ("kl_max", "after"): "fail"}, rules
    fall = rules["top1_fall_max", "after"]
    assert fall["bar"] == 0.05 < fall["lo"] <= fall["value"] <= fall["hi"], fall
    text = " ".join(bench.run("show", "last")[1].split())
    assert "quality" in text and "before, sense: " in text and "; top1 1 [1, 1]; kl " in text, text
    for lang, heading in (("en", "quality while it was soaked"), ("zh", "老化期间的质量")):
        page = bench.path(f"sense-{lang}.html")
        code, _, err = bench.run("report", "last", "-o", page, "--lang", lang)
        assert code == 0, err
        with open(page, encoding="utf-8") as html:
            assert heading in html.read(), lang
    code, _, err = bench.run("report", "last", "--csv", bench.path("tables"))
    assert code == 0, err
    series = {"top1": [], "kl": [], "solved": []}
    hot = 0
    for name in glob.glob(bench.path("tables") + "/board.*.csv"):
        with open(name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                hot += bool(row.get("soc.temperature [Cel]"))
                for channel, values in series.items():
                    if row.get(f"work.sense.{channel} [1]"):
                        values.append(float(row[f"work.sense.{channel} [1]"]))
    assert hot > 10
    assert len(series["top1"]) >= 12, series
    assert series["top1"][0] == 1 and series["kl"][0] < 1e-12 and series["solved"][0] == 1, series
    assert series["top1"][-1] < 0.8 and series["kl"][-1] > 0.1 and series["solved"][-1] == 0, series


ADDER = """
import json, re, sys
for line in sys.stdin:
    a, b = re.findall(r"\\d+", json.loads(line)["prompt"])
    print(json.dumps({"choices": [{"text": f" {int(a) + int(b) + WRONG}"}]}), flush=True)
"""
SERVER = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"choices": [{"text": " 17"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def command(*argv):
    return "exec:" + json.dumps(argv)


def check_commands(bench):
    """An engine is a command: asked by lines, or a server that gets its port."""
    own = bench.write("adds.jsonl", "".join(
        json.dumps({"prompt": p, "expect": a.strip(), "check": "number"}) + "\n"
        for p, a in ANSWERS.items()))
    right, wrong = (command(sys.executable, "-c", ADDER.replace("WRONG", str(n))) for n in (0, 1))
    server = command(sys.executable, "-c", SERVER, "{port}")
    same, off, one = compared(bench, 1, right, right, wrong, server, "--tasks", own)
    assert same["tasks"]["candidate"]["seen"] == len(ANSWERS) and not same["alarm"], same
    assert off["tasks"]["right_to_wrong"] == len(ANSWERS) and off["alarm"], off
    seventeen = sum(a == " 17" for a in ANSWERS.values())
    assert one["tasks"]["candidate"]["seen"] == seventeen > 0, one
    code, _, err = bench.run("quality", command(sys.executable, "-c", "import nothing_there"), right)
    assert code == 2 and "No module named" in err and err.count("\n") == 1, (code, err)


def tensor_at(blob, name):
    """Where a tensor's data begins, and where it ends, in a GGUF of ours: all alignments are 32."""
    at = blob.index(b"tokenizer.ggml.eos_token_id") + 27 + 8  # the last key, its type and its value
    places, data = {}, None
    count = struct.unpack_from("<Q", blob, 8)[0]
    for _ in range(count):
        length = struct.unpack_from("<Q", blob, at)[0]
        tensor = blob[at + 8:at + 8 + length].decode()
        at += 8 + length
        dims = struct.unpack_from("<I", blob, at)[0]
        at += 4 + 8 * dims
        places[tensor] = struct.unpack_from("<IQ", blob, at)[1]
        at += 12
    data = (at + 31) // 32 * 32
    begin = places[name]
    end = min([p for p in places.values() if p > begin], default=len(blob) - data)
    return data + begin, data + end


def damaged(path, name, out):
    """Every fourth block of a tensor is zero: what a bad download or a bad cell leaves."""
    with open(path, "rb") as file:
        blob = bytearray(file.read())
    begin, end = tensor_at(bytes(blob), name)
    for block in range(begin, end, 4 * 18):
        blob[block:block + 2] = b"\0\0"
    with open(out, "wb") as file:
        file.write(blob)
    return out


def check_llama(bench):
    folder = os.environ.get("SOAKRIG_LLAMA_BIN")
    program = shutil.which("llama-server", path=folder)
    if not program:
        return "llama-server left out: there is none in SOAKRIG_LLAMA_BIN or PATH"
    models = {}
    for quant in ("f16", "q8_0", "q4_0"):
        models[quant] = bench.path(quant + ".gguf")
        code, _, err = bench.run("model", "synth", "--gguf", "--decided", "--shape", "stories-15m", "--quant",
                                 quant, "-o", models[quant])
        assert code == 0, err
    models["broken"] = damaged(models["q4_0"], "output.weight", bench.path("broken.gguf"))
    # One slot and one thread: answers to the bit, and no thread that waits for another.
    ends = [command(program, "-m", models[m], "--host", "127.0.0.1", "--port", "{port}", "-c", "256",
                        "-np", "1", "-t", "1", "--no-ui", "--no-warmup")
            for m in ("f16", "f16", "q8_0", "q4_0", "broken")]
    own = bench.write("words.jsonl", "".join(
        json.dumps({"prompt": f"say {word}", "expect": word}) + "\n"
        for word in ("one", "two", "three", "四", "five", "six", "七", "eight", "nine", "ten")))
    itself, eight, four, broken = compared(bench, 1, *ends, "--tasks", own, "--prompts", "5", "--tokens", "16",
                                           "--quant", "q4_0")
    for one in (itself, eight, four, broken):
        assert one["forced_by"] == "ids" and one["top1"]["of"] == 80 and one["flat"] == 0, one
        assert one["limits"] == [], one
    assert itself["top1"]["value"] == 1 and itself["kl_lower_bound"] == 0, itself
    assert itself["logprob_difference"] == 0 and itself["first_divergence"] == [None] * 5, itself
    top1 = [one["top1"]["value"] for one in (itself, eight, four, broken)]
    kl = [one["kl_lower_bound"] for one in (itself, eight, four, broken)]
    assert top1[0] >= top1[1] > top1[2] > top1[3], top1
    assert kl[0] < kl[1] < kl[2] < kl[3], kl
    assert [one["alarm"] for one in (itself, eight, four, broken)] == [False, False, False, True], kl
    return "agreement F16 %.3f, Q8_0 %.3f, Q4_0 %.3f, damaged %.3f; KL %.4f %.4f %.4f %.4f" % (*top1, *kl)


def main():
    with rig.Rig() as bench:
        check_fakes(bench)
        check_commands(bench)
        check_soak(bench)
        engine = check_llama(bench)
    print("quality: itself exactly, known damage in its order, limits told, nonsense refused;", engine)


if __name__ == "__main__":
    main()
