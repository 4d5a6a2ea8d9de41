#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps the code shown in docs true: check_snippets.py ROOT.

A fenced block after the line `<!-- snippet: PATH -->` must stand in PATH, line for line. Prints one
line a breach and exits 1 if there is any, or if no snippet was found at all (then this check is
broken, or the docs are).
"""
import pathlib
import re
import sys

SNIPPET = re.compile(r"<!-- snippet: (\S+) -->\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def breaches_of(text, root):
    """(count, breaches) of one document."""
    count, breaches = 0, []
    for found in SNIPPET.finditer(text):
        count += 1
        line = text.count("\n", 0, found.start()) + 1
        source = root / found.group(1)
        if not source.is_file():
            breaches.append((line, f"no file {found.group(1)}"))
        elif found.group(2) not in source.read_text(encoding="utf-8"):
            breaches.append((line, f"{found.group(1)} no longer holds this text"))
    return count, breaches


def self_test(root):
    planted = "<!-- snippet: CMakeLists.txt -->\n```cmake\nno such line stands there\n```\n"
    return breaches_of(planted, root) == (1, [(1, "CMakeLists.txt no longer holds this text")])


def main(argv):
    root = pathlib.Path(argv[1]).resolve()
    total, failed = 0, not self_test(root)
    if failed:
        print("check_snippets: a planted breach was not seen")
    for path in sorted((root / "docs").rglob("*.md")):
        count, breaches = breaches_of(path.read_text(encoding="utf-8"), root)
        total += count
        for line, what in breaches:
            failed = True
            print(f"{path.relative_to(root)}:{line}: {what}: copy it again")
    print(f"{total} snippets")
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
