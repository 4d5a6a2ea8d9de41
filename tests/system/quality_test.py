#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.quality`: `soakrig quality` against endpoints whose damage is known."""
import contextlib
import hashlib
import http.server
import json
import math
import threading

import rig

ANSWERS = {f"What is {a} plus {b}?\nAnswer:": f" {a + b}" for a in range(3, 9) for b in range(11, 16)}


class Model:
    """Tokens are characters. At a share `off` of positions it thinks another token likelier."""

    def __init__(self, off=0.0, wrong=0, chances=True, fickle=False, broken=False,
                 flat=False):
        self.off, self.chances, self.fickle, self.broken = off, chances, fickle, broken
        self.flat = flat  # everything is equally likely, as to a model without training
        self.wrong = set(list(ANSWERS)[:wrong])
        self.asked = 0

    def top(self, text):
        prompt = max((p for p in ANSWERS if text.startswith(p)), key=len, default=None)
        said = text[len(prompt):] if prompt else ""
        answer = (ANSWERS.get(prompt, " ?") if prompt not in self.wrong else " 0") + "." * 200
        right = answer[len(said)] if answer.startswith(said) else "."
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
            ask = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = model.complete(ask).encode()
            self.send_response(200 if self.path == "/v1/completions" else 404)
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
    got, out, err = bench.run("quality", *args, "--json")
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
            served(Model(flat=True)) as flat:
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
        for args in ((ref, broken), (broken, ref)):
            code, _, err = bench.run("quality", *args, *use)
            assert code == 2 and err.count("\n") == 1 and "has no choices" in err, (code, err)
        code, out, _ = bench.run("quality", ref, same, "--each", "1", "--prompts", "2")
        assert code == 0 and "extraction.zh" in out, out
    bad = bench.write("bad.jsonl", '{"prompt":"p","expect":"x"}\n{"prompt":\n')
    code, _, err = bench.run("quality", ref, ref, "--tasks", bad)
    assert code == 4 and "bad.jsonl:2:" in err, err


def main():
    with rig.Rig() as bench:
        check_fakes(bench)
    print("quality: itself exactly, known damage in its order, limits told, nonsense refused")


if __name__ == "__main__":
    main()
