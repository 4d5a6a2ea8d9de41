# SPDX-License-Identifier: Apache-2.0
"""Rows of bench.json (design 6.6): reading them from a program's output, merging, printing.

A row is {name, value, unit, against: {name, value} | null, ratio, reach: {of, op, value}, ok}. Each
registered NAME gets exactly one row; further peers, floors and limits are rows NAME.WHAT, and NAME's
ok holds only if all of theirs do. A registered name that its program did not print is a row
without a value, not ok: a bench that broke must not look like one that was never asked.
"""
import json
import operator

KEYS = ("name", "value", "unit", "against", "ratio", "reach", "ok")
OPERATORS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


def matches(name, wanted):
    """`wanted` is empty, a name, or a dotted prefix of one."""
    return not wanted or name == wanted or name.startswith(wanted + ".")


def merge(lines, names):
    """(rows, faults) from the output lines of a program asked for the registered `names`."""
    rows, faults = {}, []
    for line in lines:
        if not line.strip():
            continue
        row = _row(line, faults)
        if row is None or _owner(row["name"], names) is None:
            continue  # a fault, or a row of a name that was not asked for
        if row["name"] in rows:
            faults.append(f"row {row['name']} came twice; it counts as not ok")
            rows[row["name"]]["ok"] = False
        else:
            rows[row["name"]] = row
    for name in names:
        if name not in rows:
            faults.append(f"no row {name}")
            rows[name] = dict.fromkeys(KEYS) | {"name": name, "unit": "", "ok": False}
    for row in list(rows.values()):
        if not row["ok"]:
            rows[_owner(row["name"], names)]["ok"] = False
    return sorted(rows.values(), key=lambda row: row["name"]), faults


def _owner(name, names):
    """The registered name that a row belongs to: itself, or the longest NAME of NAME.WHAT."""
    return max((n for n in names if matches(name, n)), key=len, default=None)


def _row(line, faults):
    try:
        row = json.loads(line)
        row = {key: row[key] for key in KEYS}
        row["ok"] = row["ok"] is True and _reached(row)
        return row
    except (ValueError, KeyError, TypeError) as error:
        faults.append(f"not a row ({error!r}): {line[:120]}")
        return None


def _reached(row):
    """ok is what the program says and what its own figures say."""
    reach = row["reach"]
    if reach is None:
        return True
    figure = row[reach["of"]]
    return figure is not None and OPERATORS[reach["op"]](figure, reach["value"])


def table(rows):
    """Fixed columns, one line a row."""
    lines = [("", "name", "value", "unit", "against", "ratio", "to reach")]
    for row in rows:
        against, reach = row["against"], row["reach"]
        lines.append((
            "ok" if row["ok"] else "NO", row["name"], _number(row["value"]), row["unit"],
            f"{against['name']} {_number(against['value'])}" if against else "-",
            _number(row["ratio"]),
            f"{reach['of']} {reach['op']} {_number(reach['value'])}" if reach else "-"))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in lines)


def _number(value):
    return "-" if value is None else f"{value:.4g}" if abs(value) < 1e5 else f"{value:,.0f}"
