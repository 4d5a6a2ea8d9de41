#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boards behind ssh, through the system's own sshd on loopback: a run from a cold board to a verdict,
one sick board beside a well one, doctor and init, and each way in which a board cannot be reached: one
clear error, and no run."""
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
import tty

import engine_server
import quality_test
import rig
import ssh_server
from guarded_run import wait_for

MODEL = "tiny.gguf"


def profile(boards, workload=rig.LLM, more=""):
    tables = "".join(f'[[board]]\nname = "{name}"\nconnect = "{address}"\n'
                     for name, address in boards) + more
    return rig.short_profile(workload, 'soak = "3s"', tables)


def refused(test, address, *parts):
    """The run ends at once, says one line that holds the parts, and stores nothing."""
    archived = len(os.listdir(test.archive)) if os.path.exists(test.archive) else 0
    code, _, err = test.run("run", test.write("refused.toml", profile([("bad", address)])))
    assert code == 2, (address, code, err)
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1, err
    assert lines[0].startswith("soakrig: board 'bad': "), err
    for part in parts:
        assert part in err, f"'{part}' is not in: {err}"
    assert archived == (len(os.listdir(test.archive)) if os.path.exists(test.archive) else 0)


def every_refusal(test, server):
    refused(test, server.board("stranger", known="no_hosts"), "host key", "by hand: ssh")
    refused(test, server.board("changed", known="other_hosts"), "another host key")
    refused(test, server.board("nokey", key="nobody"), "Permission denied", "ssh-copy-id")
    refused(test, server.board("riscv", before=fake_uname(server, "riscv64")),
            "no agent for a board whose architecture is 'riscv64'")
    refused(test, server.board("sftp", before="echo This service allows sftp connections only."
                                              "; exit 1"), "does not run a shell")
    refused(test, "ssh://127.0.0.1:1", "Connection refused")
    if not server.can_mount():
        print("file systems cannot be mounted here: read-only, noexec and full homes not tried")
        return
    for name, options, parts in (
            ("readonly", "ro,size=1m", ("Read-only file system", "/home-readonly", "ssh://host/")),
            ("noexec", "noexec,size=20m", ("noexec", "/home-noexec", "ssh://host/")),
            ("full", "size=1m", ("No space left", "/home-full", "free some space"))):
        refused(test, server.board(name, before=server.mounted(options)), *parts)


def fake_uname(server, machine):
    os.makedirs(server.path("fake"), exist_ok=True)
    server.write("fake/uname", f"#!/bin/sh\necho {machine}\n")
    os.chmod(server.path("fake/uname"), 0o755)
    return f"PATH={server.path('fake')}:$PATH; export PATH"


def deployed(server, board):
    root = pathlib.Path(server.home(board)) / ".cache" / "soakrig"
    return sorted((p.relative_to(root), p.stat().st_mtime_ns) for p in root.rglob("*")
                  if p.is_file())


def soak(test, boards, workload=rig.LLM, more=""):
    code, _, err = test.run("run", test.write("soak.toml", profile(boards, workload, more)))
    assert code in (0, 1, 2, 3), err
    assert os.path.exists(test.archive), err
    return err, test.show()


def whole_run(test, server):
    """A cold board, then the same again: nothing is sent twice. The model goes along by its hash."""
    made = subprocess.run([os.path.join(rig.BIN, "soakrig"), "model", "synth", "--gguf", "--shape",
                           "stories-15m", "--quant", "q8_0", "-o",
                           test.path(MODEL)], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    workload = f'kind = "llm"\nmodel = "{MODEL}"\nformat = "q8_0"\nthreads = 1'
    address = server.board("good")
    before = None
    for turn in ("cold", "warm"):
        err, shown = soak(test, [("good", address)], workload)
        board = shown["boards"][0]
        work = board["phases"][0]["work"][0]
        assert work["peak"] and work["samples"] > 10, (turn, err, work)
        assert not rig.incidents(shown), rig.incidents(shown)
        assert "sha256" in board["facts"]["program.chat"], board["facts"]
        assert "sha256" in board["facts"]["model.chat"], board["facts"]
        # (The lease's file stays, unlocked.)
        after = [entry for entry in deployed(server, "good") if entry[0].suffix != ".lease"]
        names = [path.name for path, _ in after]
        assert {"soakrig-agent", "soakrig-work"} < set(names) and len(names) == 3, names
        assert before in (None, after), "files were sent again"
        before = after


def one_sick(test, server):
    """The sick one is an incident of its own and keeps nobody from working. The other's serial console
    is heard meanwhile."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.symlink(os.ttyname(slave), test.path("by-id"))
    os.write(master, b"[    0.1] Booting\r\n[    2.5] hwmon hwmon1: Undervoltage detected!\r\n")
    _, shown = soak(test, [("sick", "ssh://nokey"), ("well", "ssh://good")],
                    more=f'console = "{test.path("by-id")}?baud=9600"\n')
    os.close(master)
    os.close(slave)
    sick, well = shown["boards"]
    assert sick["verdict"] == "error", sick["verdict"]
    assert [i["class"] for i in sick["incidents"]] == ["link-loss"], sick["incidents"]
    assert "Permission denied" in json.dumps(sick["incidents"]), sick["incidents"]
    assert well["phases"][0]["work"][0]["peak"], well
    code, out, err = test.run("console", "well")
    assert code == 0 and "-- heard" in out and "[    0.1] Booting" in out, (code, out, err)
    code, _, err = test.run("report", "last", "--jsonl", test.path("run.jsonl"))
    assert code == 0, err
    with open(test.path("run.jsonl"), encoding="utf-8") as lines:
        heard = [json.loads(line)["body"] for line in lines if '"kernel.log"' in line]
    heard = [body["class"] for body in heard if body.get("from") == "console"]
    assert heard == ["under-voltage"], heard
    assert not well["incidents"] and well["verdict"] != "error", well


def asked_from_rig(test, server):
    """The client runs here and asks the board's engine at the host that ssh knows; what it sees is the
    board's."""
    engine = engine_server.Engine()
    workload = (f'kind = "openai"\nurl = "http://{{board}}:{engine.port}"\nclient = "rig"\n'
                'answer_tokens = 8')
    profile_file = test.write("asked.toml", profile([("good", server.board("asked"))], workload))
    run = test.start("run", profile_file)
    seen = set()
    while run.poll() is None:
        for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().decode().split("\0")
                if f"http://127.0.0.1:{engine.port}" in words:
                    seen.add(os.readlink(file.parent / "exe"))
            except OSError:
                continue  # it has ended
        time.sleep(0.05)
    _, err = run.communicate()
    engine.close()
    assert seen == {os.path.realpath(os.path.join(rig.BIN, "soakrig-work"))}, (seen, err)
    shown = test.show()
    board = shown["boards"][0]
    work = board["phases"][0]["work"][0]
    assert work["name"] == "chat" and work["peak"], (err, work)
    assert not rig.incidents(shown), rig.incidents(shown)
    assert board["facts"]["kernel"] == platform.release(), board["facts"]
    assert engine.counts["good"] > 10, engine.counts


def quality_from_rig(test, server):
    """The engine on the board is asked from here how far it is from a reference that only the rig reaches;
    the series is the board's, and its bars are judged."""
    tasks = test.write("tasks.jsonl", "".join(
        json.dumps({"prompt": p, "expect": a.strip(), "check": "number"}) + "\n"
        for p, a in list(quality_test.ANSWERS.items())[:4]))
    with quality_test.served(quality_test.Model()) as reference, \
            quality_test.served(quality_test.Model()) as engine:
        port = engine.rsplit(":", 1)[1]
        text = profile([("good", server.board("sensed"))], f"""kind = "quality"
reference = "{reference}"
url = "http://{{board}}:{port}"
model = "served"
every = "250ms"
tasks = "{tasks}"
prompts = 2
tokens = 4
top1_min = 0.99""")
        code, _, err = test.run("run", test.write("sensed.toml", text))
        assert code in (0, 3), (code, err)
        refused = text.replace("{board}", "127.0.0.1")
        code, _, err = test.run("check", test.write("loopback.toml", refused))
        assert code == 4 and "whose loopback is not the board's" in err, (code, err)
    shown = test.show()
    board = shown["boards"][0]
    rules = [r for r in board["rules"] if r["rule"] == "quality"]
    assert [r["verdict"] for r in rules] == ["pass"] and rules[0]["value"] == 1, (err, rules)
    assert rules[0]["channel"] == "work.chat.top1" and rules[0]["board"] == "good", rules
    assert not rig.incidents(shown), rig.incidents(shown)
    assert board["facts"]["kernel"] == platform.release(), board["facts"]
    assert "model.chat" not in board["facts"], board["facts"]  # its name is no file


def processes(*words):
    """Command lines with all these words in them, and whose they are."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().decode().split("\0")
        except OSError:
            continue  # it has ended
        if all(any(word in part for part in line) for word in words):
            found.append(line)
    return found


def started_with_its_model(test, server):
    """The engine is started on the board, with the model that was brought there by its hash."""
    port = str(ssh_server.free_port())
    start = json.dumps([sys.executable, "-B", engine_server.__file__, port, "0", "{model_file}"])
    workload = (f'kind = "openai"\nurl = "http://127.0.0.1:{port}"\nstart = {start}\n'
                f'model_file = "{MODEL}"\nanswer_tokens = 8')
    run = test.start("run", test.write("staged.toml", profile([("good", server.board("staged"))],
                                                              workload)))
    engine = wait_for(lambda: processes(engine_server.__file__, port, server.home("staged")), "an engine")
    model = pathlib.Path(next(word for word in reversed(engine[0]) if word))
    assert model.read_bytes() == pathlib.Path(test.path(MODEL)).read_bytes(), model
    assert pathlib.Path(server.home("staged")) in model.parents, model
    _, err = run.communicate()
    board = test.show()["boards"][0]
    assert board["phases"][0]["work"][0]["peak"], (err, board)
    assert "sha256" in board["facts"]["model.chat"], board["facts"]
    assert not board["incidents"], board["incidents"]
    assert not processes(engine_server.__file__, port), "an engine was left over"


def left_behind(test, server):
    """A controller that dies leaves an agent on its board. Who looks sees it; while its run can be gone on
    with it is kept; without its run it is ended by one command, and nothing of it stays."""
    address = server.board("left")
    run = test.start("run", test.write("left.toml", rig.short_profile(
        rig.LLM, 'soak = "10min"', f'[[board]]\nname = "left"\nconnect = "{address}"\n')))
    states = pathlib.Path(server.home("left")) / ".cache/soakrig/run"
    pid_of = lambda: [json.loads(f.read_text(encoding="utf-8"))["pid"] for f in states.glob("*/agent.pid")]
    wait_for(lambda: pid_of() and not list(states.glob("*/alone")), "an agent with a controller")
    agent = pid_of()[0]
    prune = ("prune", "--agents", address)
    assert "0 of 1 agents" in test.run(*prune, "--yes")[1], "one that is driven was pruned"
    run.kill()
    run.communicate()
    alone = wait_for(lambda: list(states.glob("*/alone")), "an agent without a controller")[0]
    # As if a minute had passed: for so long another link may follow.
    since = int(alone.read_text(encoding="ascii"))
    alone.write_text(str(since - 61_000_000_000), encoding="ascii")
    code, out, err = test.run(*prune, "--yes")
    assert code == 0 and "kept" in out and "soakrig resume" in out and rig.lives(agent), (out, err)
    # Nobody else gets the board meanwhile.
    code, _, err = test.run("run", test.write("other.toml", profile([("left", address)])))
    assert code == 2 and "the board is in use by run" in err, (code, err)
    status = json.loads(test.run("status", "--json")[1])
    run_id = status["interrupted"][0]["id"]
    findings = json.loads(test.run("doctor", address, "--json")[1])["boards"][0]["findings"]
    assert any(run_id in f["what"] and "resume" in f["remedy"] for f in findings), findings
    os.remove(status["interrupted"][0]["file"])
    findings = json.loads(test.run("doctor", address, "--json")[1])["boards"][0]["findings"]
    assert any(run_id in f["what"] and f"prune --agents {address}" in f["remedy"] for f in findings), findings
    code, out, err = test.run(*prune, "--dry-run")
    assert code == 0 and "would end" in out and rig.lives(agent), (out, err)
    code, out, err = test.run(*prune, "--yes")
    assert code == 0 and "ended an agent of run " + run_id in out, (code, out, err)
    assert not rig.lives(agent) and not list(states.glob("*.state")), list(states.iterdir())


def looked_at(test):
    """doctor and init see the board as a run would."""
    code, out, err = test.run("doctor", "ssh://good", "--json")
    assert code in (0, 3), err
    board = json.loads(out)["boards"][0]
    assert board["facts"]["kernel"] == platform.release(), board["facts"]
    local = json.loads(test.run("doctor", "--json")[1])["boards"][0]
    whats = [{f["what"] for f in b["findings"] if f["weight"] == "needed"} for b in (board, local)]
    assert whats[0] == whats[1], whats
    code, out, err = test.run("doctor", "ssh://nokey", "--json")
    assert code == 3 and "Permission denied" in out, (code, out, err)
    code, out, err = test.run("init", "ssh://good", "-o", test.path("first.toml"))
    assert code == 0, err
    code, out, err = test.run("check", test.path("first.toml"))
    assert code in (0, 3) and "first" in out, (code, out, err)
    text = pathlib.Path(test.path("first.toml")).read_text(encoding="utf-8")
    assert 'connect = "ssh://good"' in text, text
    code, _, err = test.run("init", "ssh://nokey")
    assert code == 3 and "Permission denied" in err, (code, err)


def main():
    with rig.Rig() as test, ssh_server.SshServer(test.path("ssh")) as server:
        os.environ["SOAKRIG_SSH_CONFIG"] = server.config
        whole_run(test, server)
        every_refusal(test, server)
        one_sick(test, server)
        asked_from_rig(test, server)
        quality_from_rig(test, server)
        started_with_its_model(test, server)
        looked_at(test)
        left_behind(test, server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
