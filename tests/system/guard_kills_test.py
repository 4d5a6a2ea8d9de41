# SPDX-License-Identifier: Apache-2.0
"""kill -9 and SIGSTOP of the controller, of the guard, of both, and a frozen bus, each at random
moments of a run that heats a virtual chamber. Afterwards its registers, read by a client of our own,
must say what design §8 says, in the order that it says; where only a bus that answers can be made
safe, time counts from then on. SOAKRIG_CAMPAIGN=full: 50 of each, and each within five seconds.

Benches, archives and guards' folders are many, and used side by side: what is waited for here is time,
not work.
"""
import concurrent.futures
import os
import signal
import subprocess
import sys

from guarded_run import (Bench, GuardedRig, Heating, await_safe, clear, guards, settled, state_of,
                         wait_for)
from modbus_tcp import Chamber
from rig import BIN

FULL = os.environ.get("SOAKRIG_CAMPAIGN") == "full"
ROUNDS = 50 if FULL else 5
WITHIN = 5.0    # the promise, judged on a machine that has time for it
SILENCE, GUARD_SILENCE = 3.0, 5.0  # s of a controller, of a guard, that count as lost
GIVE_UP = 40.0  # the assertion of a default run: a loaded machine twice as slow

# --- one function a kind: hurts the run, and returns how long the chamber then took to be safe -----

def controller_killed(run, bench, number):
    os.kill(run.process.pid, number)
    took = await_safe(bench.chamber, Chamber.AUTO, GIVE_UP)
    assert took is not None, "the chamber stayed hot"
    state = settled(run.rig, "lost")
    assert [s["name"] for s in state["steps"]] == ["ramp off", "safe set-point", "conditioning on"]
    assert not state["load_stopped"]  # boards go on, if they can
    assert wait_for(lambda: run.process.poll() is not None, "a frozen controller is ended")
    clear(run.rig)
    return took - (SILENCE if number == signal.SIGSTOP else 0.0)


def guard_killed(run, bench, number):
    os.kill(run.guard, number)
    took = await_safe(bench.chamber, Chamber.AUTO, GIVE_UP)
    assert took is not None, "the chamber stayed hot"
    _, err = run.process.communicate(timeout=GIVE_UP)
    assert run.process.returncode == 2, err
    assert "guard" in err, err
    assert guards(run.rig) == []
    return took - (GUARD_SILENCE if number == signal.SIGSTOP else 0.0)


def both_killed(run, bench, _):
    os.kill(run.guard, signal.SIGKILL)
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    assert guards(run.rig)[0]["standing"] == "unguarded"
    # The control: with nobody left the chamber stays hot, and this is seen.
    assert await_safe(bench.chamber, Chamber.AUTO, 0.5) is None, "safe with nobody there?"
    recovering = subprocess.Popen([os.path.join(BIN, "soakrig-guard"), "--recover"],
                                  env=run.rig.environment(), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL)
    took = await_safe(bench.chamber, Chamber.AUTO, GIVE_UP)
    assert took is not None, "the chamber stayed hot"
    settled(run.rig, "lost")
    clear(run.rig)
    assert recovering.wait(timeout=GIVE_UP) == 0
    return took


def both_frozen(run, bench, _):
    os.kill(run.guard, signal.SIGSTOP)
    os.kill(run.process.pid, signal.SIGSTOP)
    assert await_safe(bench.chamber, Chamber.AUTO, 0.5) is None, "safe with nobody there?"
    os.kill(run.guard, signal.SIGCONT)  # the guard comes back, the controller does not
    took = await_safe(bench.chamber, Chamber.AUTO, GIVE_UP)
    assert took is not None, "the chamber stayed hot"
    settled(run.rig, "lost")
    clear(run.rig)
    return took - SILENCE


def bus_frozen(run, bench, _):
    """The bus freezes; the run trips, and once it answers again the chamber is off. Or, every second
    time, the controller is killed meanwhile."""
    bench.process.send_signal(signal.SIGSTOP)
    killed = run.rig.random.random() < 0.5
    if killed:
        os.kill(run.process.pid, signal.SIGKILL)
    wait_for(lambda: (state_of(run.rig) or {"stage": ""})["stage"] == "tripped", "a trip")
    bench.process.send_signal(signal.SIGCONT)
    took = await_safe(bench.chamber, Chamber.OFF, GIVE_UP)
    assert took is not None, "the chamber stayed hot"
    state = settled(run.rig, "tripped")
    assert [s["name"] for s in state["steps"]] == [
        "load off: local", "ramp off", "safe set-point", "conditioning off"], state["steps"]
    assert state["load_stopped"]
    _, err = run.process.communicate(timeout=GIVE_UP)
    assert killed or run.process.returncode == 2, err
    # Latched: not even a fresh run gets the chamber.
    code, _, err = run.rig.run("run", bench.profile)
    assert code == 2 and "guard clear" in err, err
    clear(run.rig)
    return took


# What is done, with which signal, and on how many benches side by side: a blind chamber trips only
# after half a minute.
KINDS = {
    "controller killed": (controller_killed, signal.SIGKILL, 1),
    "controller frozen": (controller_killed, signal.SIGSTOP, 1),
    "guard killed": (guard_killed, signal.SIGKILL, 1),
    "guard frozen": (guard_killed, signal.SIGSTOP, 1),
    "both killed": (both_killed, None, 1),
    "both frozen": (both_frozen, None, 1),
    "bus frozen": (bus_frozen, None, 5),
}


def campaign(kind, part, rounds):
    hurt, number, _ = KINDS[kind]
    times = []
    with GuardedRig(f"2026 {kind} {part}") as rig:
        bench = Bench(rig)
        try:
            for i in range(rounds):
                run = Heating(rig, bench)
                try:
                    times.append(hurt(run, bench, number))
                    print(f"{kind} {i + 1}: {times[-1]:.2f} s", flush=True)
                finally:
                    run.end()
        finally:
            bench.end()
    return times


def main():
    wanted = sys.argv[1:] or list(KINDS)
    failed = False
    parts = {kind: KINDS[kind][2] for kind in wanted}
    with concurrent.futures.ThreadPoolExecutor(sum(parts.values())) as pool:
        running = {kind: [pool.submit(campaign, kind, part, ROUNDS // count)
                          for part in range(count)] for kind, count in parts.items()}
        for kind, campaigns in running.items():
            try:
                times = sorted(sum((each.result() for each in campaigns), []))
                print(f"{kind}: {len(times)} times, median {times[len(times) // 2]:.2f} s, "
                      f"longest {times[-1]:.2f} s")
                if FULL and times[-1] > WITHIN:
                    print(f"{kind}: FAILED, more than {WITHIN} s")
                    failed = True
            except Exception as error:  # of any kind: the others are still to be reported
                print(f"{kind}: FAILED, {type(error).__name__}: {error}")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
