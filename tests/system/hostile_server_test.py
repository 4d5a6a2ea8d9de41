#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.hostile_server`: engines that stall, drip, flood, lie, refuse and break off. Each is
one class of failure, counted; the client's memory stays bounded, and it goes on when the engine is
well again. Then a whole soak of an engine that turns bad, by a profile."""
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time

import rig
from engine_server import TOKENS, Engine

WORK = os.path.join(rig.BIN, "soakrig-work")
MOST_MEMORY = 60 << 20  # of the client with its libraries, whatever the engine sends

# The class of each misbehaviour, and a part of what is said of it.
CLASSES = {"stall": ("stalled", "too long"), "drip": ("timeout", "longer than the request's time"),
           "flood": ("too-long", "longer than"), "close-after-headers": ("cut", "ended inside"),
           "half": ("cut", "ended inside"), "page": ("not-an-engine", "text/html"),
           "error-event": ("engine-error", "out of memory"), "no-usage": ("no-usage", "how many"),
           "empty": ("empty", "no token"), "nonsense": ("protocol", "JSON"),
           "401": ("unauthorised", "invalid api key"), "404": ("not-found", "model 'tiny' not found"),
           "429": ("queue-full", "slow down"), "500": ("server-error", "internal error"),
           "503": ("queue-full", "no slot available")}


class Client:
    """soakrig-work openai, its lines read as they come."""

    def __init__(self, url, *more):
        self.process = subprocess.Popen(
            [WORK, "openai", "--url", url, "--stall=1s", "--timeout=3s", "--ready-within=10s", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.ended = [], False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
        self.ended = True

    def wait(self, found, what, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in list(self.lines):
                if found(line):
                    return line
            assert not self.ended, (what, self.process.wait(), self.process.stderr.read())
            time.sleep(0.02)
        raise AssertionError(f"no {what} within {seconds} s: {self.lines[-3:]}")

    def work(self):
        return ([line["work"] for line in list(self.lines) if "work" in line] or [{}])[-1]

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(x.split()[1]) << 10 for x in status if x.startswith("VmHWM:"))

    def stop(self):
        self.process.terminate()
        code = self.process.wait(10)
        assert code == 0, (code, self.process.stderr.read())


def check_modes():
    """One client each, all at once: what waits, waits side by side."""
    failures = []

    def check(mode):
        try:
            check_canary() if mode == "canary" else check_mode(mode)
        except BaseException as error:  # told by the main thread
            failures.append((mode, repr(error)))

    threads = [threading.Thread(target=check, args=(mode,)) for mode in [*CLASSES, "canary"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def check_mode(mode):
    name, part = CLASSES[mode]
    engine = Engine()
    client = Client(engine.url)
    try:
        client.wait(lambda line: "ready" in line, "ready line")
        client.wait(lambda line: line.get("work", {}).get("tokens", 0) > 0, "token")
        engine.mode = mode
        note = client.wait(lambda line: "requests" in line.get("event", {}), f"failure of {mode}")
        told = note["event"]["requests"]
        assert told["first"]["class"] == name, (mode, told)
        assert part in told["first"]["detail"], (mode, told)
        assert list(told["failed"]) == [name], (mode, told)
        engine.mode = "good"
        before = client.work()
        client.wait(lambda line: line.get("work", {}).get("tokens", 0) > before["tokens"],
                    f"token after {mode}")
        work = client.work()
        assert work["failed"] >= 1 and work["tokens"] % TOKENS == 0, (mode, work)
        assert client.memory() < MOST_MEMORY, (mode, client.memory())
        assert engine.sent < 256 << 20, f"{engine.sent} bytes were taken of a line without end"
        client.stop()
    finally:
        client.process.kill()
        engine.close()


def check_canary():
    """A wrong answer to the fixed prompt is asked about three times more at once, before it accuses."""
    engine = Engine("greedy")
    client = Client(engine.url, "--canary=1s")

    def finding(wrong):
        engine.wrong = wrong
        before = engine.answers
        seen = len(client.lines)
        said = client.wait(lambda line: "canary" in line.get("event", {}) and line not in client.lines[:seen],
                           "finding")
        canary = said["event"]["canary"]
        assert canary["finding"] == "suspected-corruption" and canary["token"] == 3, canary
        assert canary["expected"].startswith("la ") and canary["got"].startswith("li "), canary
        assert canary["reruns"] == 3, canary
        return canary, engine.answers - before

    try:
        ready = client.wait(lambda line: "ready" in line, "ready line")
        assert ready["facts"]["canary"].startswith("on"), ready
        transient, asked = finding(1)
        assert (transient["repeated"], transient["accepted"]) == (0, 3), transient
        assert 4 <= asked <= 5, asked  # one of those that were right may have been on its way
        lasting, _ = finding(4)
        assert (lasting["repeated"], lasting["accepted"]) == (3, 0), lasting
        client.stop()
        wrong = [line for line in client.lines if line.get("check", {}).get("ok") is False]
        assert len(wrong) == 2, wrong
        counts = [line["hist"]["canary"] for line in client.lines if "canary" in line.get("hist", {})][-1]
        assert counts["suspected"] == 2 and counts["upper_per_million"] > 0, counts
    finally:
        client.process.kill()
        engine.close()


def check_certificates(bench):
    """Expired, and of nobody we know: told before anything is sent, with a code of its own."""
    if shutil.which("openssl") is None:
        return
    for name, days in (("expired", "-1"), ("unknown", "1")):
        key, cert = bench.path(name + ".key"), bench.path(name + ".pem")
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=engine",
             "-addext", "subjectAltName=IP:127.0.0.1", "-days", days, "-keyout", key, "-out", cert],
            capture_output=True, text=True, check=False)
        if made.returncode != 0 and days == "-1":
            continue  # this openssl makes no certificate that has ended
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        engine = Engine(tls=context)
        argv = [WORK, "openai", "--url", engine.url, "--ready-within=5s"]
        if name == "expired":
            argv += ["--ca-file", cert]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 2 and "tls" in done.stderr, (name, done.returncode, done.stderr)
        assert engine.counts == {}, (name, engine.counts)
        engine.close()


def check_soak(bench):
    """The soak goes on over a bad minute: what failed is in the record, what came is the work."""
    engine = Engine("greedy", token_s=0.004)
    phase = 'soak = "8s"'
    turned = threading.Timer(5, lambda: setattr(engine, "mode", "503"))
    back = threading.Timer(7, lambda: setattr(engine, "mode", "greedy"))
    turned.start()
    back.start()
    code, err, shown = bench.soak(f'kind = "openai"\nurl = "{engine.url}"\nstreams = 2\n'
                                   'canary = "1s"', phase)
    engine.close()
    assert code in (0, 1, 3), (code, err)
    work = shown["boards"][0]["phases"][0]["work"][0]
    assert work["kind"] == "openai" and work["sustained"] and work["latency"]["ttft"]["n"] > 20, work
    assert work["latency"]["gap"]["enough"]["p90"], work["latency"]
    code, out, _ = bench.run("show", "last")
    told = re.search(r"chat: (\d+) of (\d+) answers as on the cold board, 0 near-ties, 0 suspected; at most "
                     r"(\S+) corrupted tokens in a million \(95 % confidence, (\d+) compared\)",
                     " ".join(out.split()))
    assert told, out
    same, asked, upper, tokens = (float(each.replace(",", "")) for each in told.groups())
    assert same == asked >= 2 and tokens == asked * TOKENS, told.groups()
    assert abs(upper / (2.9957e6 / tokens) - 1) < 2e-3, told.groups()
    canary = work["canary"]
    assert canary["off"] is None and canary["accepted"] == 1, canary
    assert (canary["near_ties"], canary["suspected"]) == (0, 0), canary
    assert (canary["same"], canary["asked"], canary["tokens"]) == (same, asked, tokens), (canary, told.groups())
    assert abs(canary["upper_per_million"] / (2.9957e6 / tokens) - 1) < 1e-3, canary
    code, out, _ = bench.run("report", "last", "--jsonl", bench.path("all.jsonl"))
    assert code == 0, out
    with open(bench.path("all.jsonl"), encoding="utf-8") as lines:
        text = lines.read()
    assert "queue-full" in text and "no slot available" in text
    assert engine.counts["503"] >= 1


def check_end():
    """Where the profile allows no restart, an engine that stays bad ends the soak long before its time."""
    engine = Engine()
    turned = threading.Timer(3, lambda: setattr(engine, "mode", "500"))
    turned.start()
    with rig.Rig() as bench:
        begin = time.monotonic()
        code, err, shown = bench.soak(f'kind = "openai"\nurl = "{engine.url}"\nhang_after = "1.5s"\n'
                                       'restart = { budget = 0 }', 'soak = "10min"')
    engine.close()
    assert time.monotonic() - begin < 120, "it did not end"
    assert code == 1, (code, err)
    assert [i["class"] for i in rig.incidents(shown)] == ["workload-hang"], (rig.incidents(shown), err)
    assert "no workload runs any more" in " ".join(shown["run"]["reasons"]) + err, (shown["run"], err)


def main():
    check_modes()
    ended = []

    def end():
        try:
            check_end()
        except BaseException as error:  # told by the main thread
            ended.append(repr(error))

    beside = threading.Thread(target=end)
    beside.start()
    with rig.Rig() as bench:
        check_certificates(bench)
        check_soak(bench)
    beside.join()
    assert not ended, ended
    print(f"hostile_server: {len(CLASSES)} kinds of misbehaviour, each its own class")


if __name__ == "__main__":
    sys.exit(main())
