#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `unit.engine_cases`: every test that CASES.md names is there."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent


def missing(page):
    """(file, text) of what the page names and the file does not hold."""
    out, file = [], None
    for path, text in re.findall(r'`((?:\.\./)?[\w/]+_test\.(?:cpp|py))`|"([^"]+)"', page):
        if path:
            file = path
            continue
        source = HERE / file if file else None
        if source is None or not source.is_file() or text not in source.read_text(encoding="utf-8"):
            out.append((file, text))
    return out


def main():
    page = (HERE / "CASES.md").read_text(encoding="utf-8")
    named = page.count('"') // 2
    assert named > 40, f"only {named} tests are named"
    assert missing('| a | `openai/sse_test.cpp` "no such case" |'), "a missing test is not noticed"
    assert missing('| a | `openai/none_test.cpp` "x" |'), "a missing file is not noticed"
    lost = missing(page)
    for file, text in lost:
        print(f"tests/workloads/CASES.md: {file} has no \"{text}\"", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
