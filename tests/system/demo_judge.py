# SPDX-License-Identifier: Apache-2.0
"""Did a demo soak show what it promises? A pure reading of `soakrig show --json` (design 6.5).

The promise: the soak completed, a board throttled with cause thermal, and its tokens/s fell by at
least FALL_MIN from the cold phase to the hot phase. The verdict is not part of it: `fail` (stability)
and `inconclusive` (a machine with strangers on it) are both right.
"""
FALL_MIN = 0.20
# A soak that a rig fault ended has the verdict `error`, one that was killed has none.
COMPLETED_STATES = ("sealed", "ended-unsealed")


def judge(shown, phase_names):
    """(ok, lines): whether the promise holds for the run in `shown`, and what was concluded."""
    checks = [_completed(shown, phase_names), _thermal_episode(shown), _fall(shown)]
    return all(ok for ok, _ in checks), [("yes: " if ok else "NO:  ") + text for ok, text in checks]


def disturbed(shown):
    """Whether strangers on this machine took so much CPU that the run's speeds say little: the rule of
    steal or an episode of contention. Such a demo is worth another try; a quiet one is not."""
    episodes = [episode["cause"] for board in shown["boards"] for episode in board["episodes"]]
    reasons = " ".join(str(reason) for reason in shown["run"].get("reasons") or [])
    return shown["run"]["verdict"] == "inconclusive" and ("contention" in episodes or
                                                          "steal" in reasons)


def _completed(shown, phase_names):
    run = shown["run"]
    if run["state"] not in COMPLETED_STATES or run["verdict"] in (None, "error"):
        reasons = "; ".join(str(reason) for reason in run.get("reasons") or [])
        return False, f"the soak is {run['state']}, verdict {run['verdict']}: {reasons or 'no reason'}"
    for board in shown["boards"]:
        missing = [name for name in phase_names
                   if name not in [phase["name"] for phase in board["phases"]]]
        if missing:
            return False, f"board {board['name']} never reached {', '.join(missing)}"
    return True, f"the soak completed: {run['state']}, verdict {run['verdict']}"


def _thermal_episode(shown):
    causes = [episode["cause"] for board in shown["boards"] for episode in board["episodes"]]
    count = causes.count("thermal")
    others = ", ".join(sorted(set(causes) - {"thermal"}))
    return count > 0, f"{count} episodes of thermal throttling" + (f"; others: {others}" if others
                                                                   else "")


def _fall(shown):
    """Sustained tokens/s of the hottest phase against the coolest one's."""
    best = None
    for board in shown["boards"]:
        phases = [p for p in board["phases"] if p["ambient"] is not None and p["sustained"]]
        if len({p["ambient"] for p in phases}) < 2:
            continue
        cold = min(phases, key=lambda p: p["ambient"])
        hot = max(phases, key=lambda p: p["ambient"])
        fall = 1 - hot["sustained"] / cold["sustained"]
        if best is None or fall > best[0]:
            best = (fall, cold, hot)
    if best is None:
        return False, "no two phases of different ambient with a sustained speed to compare"
    fall, cold, hot = best
    return hot["sustained"] <= (1 - FALL_MIN) * cold["sustained"], (
        f"{cold['sustained']:.1f} {cold['unit']} at {cold['ambient']:g} Cel, "
        f"{hot['sustained']:.1f} at {hot['ambient']:g} Cel: a fall of {fall:.0%} "
        f"(at least {FALL_MIN:.0%} is wanted)")
