#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.container`: an engine that runs in a container is the workload: stopped in order,
taken away when its client dies, measured by its control group. First with a runtime of our own that
has no control groups, then (`--real`, slow) with podman, where it runs here."""
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

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER = os.path.join(HERE, "engine_server.py")
MIB = 150  # of the engine's own memory: far more than its client's

# Containers as processes: `run` waits for one that is not its child, as the real tools do.
RUNTIME = f"""#!{sys.executable} -B
import json, os, signal, subprocess, sys, time
STATE = os.path.dirname(os.path.abspath(__file__)) + "/state"
def pid_of(name): return int(open(STATE + "/" + name).read())
def alive(pid):
    try: return open(f"/proc/{{pid}}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError: return False
def log(*words): open(STATE + ".log", "a").write(" ".join(words) + "\\n")
def end(name, how):
    try: os.kill(pid_of(name), how)
    except (OSError, ProcessLookupError): pass
verb, words = sys.argv[1], sys.argv[2:]
if verb == "--version": print("podman version 0.0")
elif verb == "inspect": print("engine:1 sha256:" + "a" * 64)
elif verb == "run":
    assert words[0] == "--rm" and words[1] == "--cidfile", words
    name = os.urandom(32).hex()
    open(words[2], "x").write(name)
    if os.fork() == 0:  # the monitor, which leaves
        os.setsid()
        if os.fork() == 0:
            environment = {{"PATH": os.environ["PATH"]}}
            child = subprocess.Popen(words[4:], start_new_session=True, env=environment)
            open(STATE + "/new", "w").write(str(child.pid))
            os.rename(STATE + "/new", STATE + "/" + name)
            code = child.wait()
            os.remove(STATE + "/" + name)
            open(STATE + "/../code." + name, "w").write(str(code if code >= 0 else 128 - code))
        os._exit(0)
    code = STATE + "/../code." + name
    while not os.path.exists(code) or not open(code).read(): time.sleep(0.02)
    log("run", "ended", open(code).read())
    sys.exit(int(open(code).read()))
elif verb == "stop":
    log("stop", *words[:2])
    end(words[2], signal.SIGTERM)
elif verb == "kill":
    log("kill")
    end(words[0], signal.SIGKILL)
elif verb == "rm": log("rm")
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes(*words):
    """Pids of those with all these words in their command line: ours, and nobody else's."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if all(any(word in part for part in line) for word in words):
            out.append(int(pid))
    return out


def wait_until(true, what, seconds=20):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def soak_with_a_death(bench, start, port):
    """A soak in whose middle the client is killed; what show says of it."""
    url = f"http://127.0.0.1:{port}"
    killed = []

    def kill_client():
        wait_until(lambda: processes("soakrig-work", "--url", url), "no client")
        time.sleep(4)
        for pid in processes("soakrig-work", "--url", url):
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    thread = threading.Thread(target=kill_client)
    thread.start()
    load = f"""kind = "openai"
url = "{url}"
start = {json.dumps(start)}
restart = {{ budget = 3, backoff = "2s" }}"""
    code, err, shown = bench.soak(load, 'soak = "12s"')
    thread.join()
    assert len(killed) == 1, killed
    assert [i["class"] for i in rig.incidents(shown)] == ["workload-crash"], (code, err)
    work = shown["boards"][0]["phases"][0]["work"][0]
    assert work["samples"] > 5 and work["latency"]["ttft"]["n"] > 50, work
    code, out, err = bench.run("report", "last", "--jsonl", bench.path("all.jsonl"))
    assert code == 0, out + err
    with open(bench.path("all.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ready_facts(lines):
    return [json.loads(line["body"])["facts"] if isinstance(line["body"], str) else line["body"]["facts"]
            for line in lines if line["type"] == "event" and line["kind"] == "work.ready"]


def memory_rows(lines):
    return [line for line in lines if line["type"] == "row" and
            ("work.chat.memory" in line["values"] or "work.chat.memory" in line.get("states", {}))]


def check_made_up(bench):
    folder = bench.path("runtime")
    os.makedirs(folder + "/state")
    runtime = bench.write("runtime/podman", RUNTIME)
    os.chmod(runtime, 0o755)
    port = free_port()
    lines = soak_with_a_death(bench, [runtime, "run", "engine:1", sys.executable, "-B", SERVER,
                                      str(port)], port)
    facts = ready_facts(lines)
    assert len(facts) == 2, facts  # it was started again
    assert facts[0]["container_image"] == "engine:1 sha256:" + "a" * 64, facts
    assert facts[0]["container_runtime"] == "podman version 0.0", facts
    with open(folder + "/state.log", encoding="utf-8") as file:
        log = file.read().splitlines()
    # The first one was taken away with its client, the second one asked to end.
    assert sorted(log[:3]) == ["kill", "rm", "run ended 137"], log
    assert log[3:] == ["stop -t 3", "run ended 0"], log
    # There is no control group, so what it uses is not known: which is not nothing.
    unknown = [row for row in memory_rows(lines)
               if row.get("states", {}).get("work.chat.memory") == "no_data"]
    assert len(unknown) >= 5, memory_rows(lines)
    wait_until(lambda: not os.listdir(folder + "/state"), "a container was left over")
    assert not processes(SERVER, str(port)), "an engine was left over"


def podman_options():
    """What `podman run` needs here, or the reason why it does not run."""
    if shutil.which("podman") is None or PYTHON is None:
        return None, "podman and the system's own python3 are needed"
    said = ""
    for more in ([], ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"]):
        for runtime in ("crun", "runc"):
            options = ["--runtime", runtime, "--network=host", *more]
            done = subprocess.run(["podman", "run", "--rm", *options, IMAGE, "/bin/busybox", "true"],
                                  capture_output=True, text=True, check=False, timeout=60)
            if done.returncode == 0:
                return options, ""
            said = done.stderr.strip()
    return None, "podman runs no container here: " + said[-200:]


PYTHON = shutil.which("python3", path="/usr/bin:/bin")
IMAGE = f"soakrig-test:{os.getpid()}"


def make_image(bench):
    if shutil.which("busybox") is None or shutil.which("podman") is None:
        return False
    os.makedirs(bench.path("root/bin"))
    shutil.copy(shutil.which("busybox"), bench.path("root/bin/busybox"))
    subprocess.run(["tar", "-C", bench.path("root"), "-cf", bench.path("image.tar"), "."], check=True)
    return subprocess.run(["podman", "import", bench.path("image.tar"), IMAGE],
                          capture_output=True, check=False, timeout=60).returncode == 0


def containers():
    return subprocess.run(["podman", "ps", "-aq", "--filter", f"ancestor={IMAGE}"], check=True,
                          capture_output=True, text=True, timeout=60).stdout.split()


def check_podman(bench):
    options, why = podman_options()
    if options is None:
        print("skipped: " + why)
        return 77
    # The machine's own Python, seen from inside.
    for folder in ("/usr", "/lib", "/lib64", "/bin", "/etc", HERE):
        if os.path.isdir(folder):
            options.append(f"--volume={os.path.realpath(folder)}:{folder}:ro")
    port = free_port()
    lines = soak_with_a_death(bench, ["podman", "run", *options, IMAGE, os.path.realpath(PYTHON), "-B",
                                      SERVER, str(port), str(MIB)], port)
    facts = ready_facts(lines)
    assert len(facts) == 2 and IMAGE in facts[0]["container_image"], facts
    assert facts[0]["container_runtime"].startswith("podman version"), facts
    used = [row["values"]["work.chat.memory"] for row in memory_rows(lines)
            if row["values"].get("work.chat.memory") is not None]
    assert used and max(used) > MIB << 20, used
    wait_until(lambda: not containers(), "a container was left over")
    assert not processes(SERVER, str(port)), "an engine was left over"
    print(f"container: podman's engine used {max(used) / (1 << 20):.0f} MiB by its control group")
    return 0


def main():
    with rig.Rig() as bench:
        if "--real" not in sys.argv[1:]:
            return check_made_up(bench)
        try:
            if not make_image(bench):
                print("skipped: podman and busybox-static are needed, and an image to be made of them")
                return 77
            return check_podman(bench)
        finally:
            if shutil.which("podman"):
                subprocess.run(["podman", "rmi", "-f", IMAGE], capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
