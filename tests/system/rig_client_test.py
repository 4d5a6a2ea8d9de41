#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""client = "rig": a client here asks the engine of a board behind ssh. Its controller is killed and the
run resumed: what the client counted meanwhile is counted once, and no gap is work. A trip ends the client
here and the engine there."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

import engine_server
import rig
import ssh_server
from guarded_run import Bench, GuardedRig, clear, guards, settled, wait_for

ASKED = """kind = "openai"
url = "http://{{board}}:{port}"
client = "rig"
answer_tokens = 8
hang_after = "30s"
"""
TRIPS = """
[[board]]
name = "dut"
connect = "{board}"
limits = {{ "work.chat.requests" = {{ max = 20.0, action = "trip" }} }}
[chamber]
connect = "virtual:{ready}"
safe = {{ temperature = 21.0 }}
limits = {{ low = -10.0, high = 80.0 }}
[workload.server]
kind = "program"
work = "units"
argv = ["/bin/sh", "-c", 'echo "{{\\"ready\\":true,\\"instance\\":0}}"; exec {python} -B {engine} {port} >/dev/null']
"""


def processes(*words):
    """Pids whose command lines hold all these words as parts."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().decode().split("\0")
        except OSError:
            continue  # it has ended
        if all(any(word in part for part in line) for word in words):
            found.append(int(file.parent.name))
    return [pid for pid in found if rig.lives(pid)]


def progress(test):
    """[(seconds, values)] of the client's totals in the file, as they were stored."""
    code, _, err = test.run("report", "last", "--jsonl", test.path("run.jsonl"))
    assert code == 0, err
    with open(test.path("run.jsonl"), encoding="utf-8") as text:
        lines = [json.loads(line) for line in text]
    rows = [(line["elapsed_s"], line["values"]) for line in lines
            if line["type"] == "row" and line["values"].get("work.chat.tokens") is not None]
    return rows, [line["body"] for line in lines if line["type"] == "event"
                  and line["kind"] == "work.ready" and line["body"].get("workload") == "chat"]


def resumed(test, address):
    engine = engine_server.Engine()
    board = f'[[board]]\nname = "dut"\nconnect = "{address}"\n'
    profile = test.write("resumed.toml", rig.short_profile(ASKED.format(port=engine.port),
                                                           'soak = "5s"', board))
    # What outlives it, as a guard does, keeps its standard error: no pipe whose end anybody waits for.
    with open(test.path("first.log"), "wb") as log:
        run = subprocess.Popen([os.path.join(rig.BIN, "soakrig"), "run", profile], env=test.environment(),
                               stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(lambda: run.poll() is not None or engine.counts.get("good", 0) > 50, "the client's work")
        assert run.poll() is None, pathlib.Path(test.path("first.log")).read_text(encoding="utf-8")
    finally:
        run.kill()
        run.wait()
    client = processes("soakrig-work", f":{engine.port}")
    before = engine.counts["good"]
    wait_for(lambda: engine.counts["good"] > before + 50, "work while nobody drives it")
    code, out, err = test.run("resume", timeout=60)
    assert code in (0, 1, 3) and "resumed" in err, (code, out, err)
    engine.close()
    shown = test.show()
    assert shown["run"]["state"] == "sealed", shown["run"]
    assert [p["name"] for p in shown["boards"][0]["phases"]] == ["only"], shown["boards"][0]["phases"]
    assert [i["class"] for i in rig.incidents(shown)] == ["link-loss"], rig.incidents(shown)  # once
    rows, ready = progress(test)
    assert len(client) == 1 and len(ready) == 1, (client, ready)  # one client all the while
    tokens = [values["work.chat.tokens"] for _, values in rows]
    assert tokens == sorted(tokens), "a total fell: it was counted from nothing again"
    # Each answer once: all that the engine gave, but for the one before the load and one cut at the end.
    lost = engine.tokens - tokens[-1]
    assert 0 <= lost <= 2 * engine_server.TOKENS, (engine.tokens, tokens[-1])
    # Never more busy time than time, but for the answer that the first row ends: what nobody did is no work.
    first, since = rows[0][0], rows[0][1]["work.chat.busy"]
    for at, values in rows:
        busy = values["work.chat.busy"] - since
        assert busy <= at - first + 0.01, (first, at, busy)
    assert not processes("soakrig-work", f":{engine.port}"), "the client was left behind"


def tripped(test, address):
    bench = Bench(test)
    port = ssh_server.free_port()
    try:
        more = TRIPS.format(board=address, ready=test.path("ready.json"), port=port,
                            python=sys.executable, engine=engine_server.__file__)
        text = rig.short_profile(ASKED.format(port=port), 'soak = "5min"\nambient = 30.0\ntolerance = 50.0',
                                 more)
        run = test.start("run", test.write("trips.toml", text.replace('work = ["chat"]',
                                                                      'work = ["server", "chat"]')))
        try:
            client = wait_for(lambda: run.poll() is not None or processes("soakrig-work", f":{port}"), "a client")
            engine = wait_for(lambda: run.poll() is not None or processes(engine_server.__file__, str(port)),
                              "an engine")
            assert run.poll() is None, run.communicate()
            state = settled(test, "tripped")
            steps = [step["name"] for step in state["steps"]]
            assert steps[:2] == ["load off: dut", "load off: dut, asked from here"], steps
            assert all(step["held"] for step in state["steps"]), state["steps"]
            assert not any(rig.lives(pid) for pid in [*client, *engine]), "load goes on after a trip"
            out, err = run.communicate(timeout=60)
            assert run.returncode == 1, (run.returncode, out, err)  # the board broke its limit
        finally:
            if run.poll() is None:
                run.kill()
                run.wait()
        assert not processes("soakrig-work", f":{port}") and not processes(engine_server.__file__, str(port))
        clear(test)
        assert guards(test) == []
    finally:
        bench.end()


def main():
    """Both at once: what is waited for is time, not work."""
    with rig.Rig() as common, ssh_server.SshServer(common.path("ssh")) as server:
        os.environ["SOAKRIG_SSH_CONFIG"] = server.config
        addresses = {part: server.board(part.__name__) for part in (resumed, tripped)}

        def in_a_rig(part):
            with GuardedRig(part.__name__) as test:
                part(test, addresses[part])

        with concurrent.futures.ThreadPoolExecutor(len(addresses)) as pool:
            for done in [pool.submit(in_a_rig, part) for part in addresses]:
                done.result()
    return 0


if __name__ == "__main__":
    sys.exit(main())
