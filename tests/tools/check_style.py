#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks by script what this house asks of every file: check_style.py [ROOT].

Prints one line a breach, `FILE:LINE: [rule] what, and what to do`, sorted by file, then a count by
rule; exits 1 if there is any. The rules themselves are in style_rules.py, and check_style_test.py
plants a breach of each.
"""
import collections
import pathlib
import sys

import style_rules


def main(argv):
    root = pathlib.Path(argv[1] if len(argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    tree = style_rules.Tree(root)
    breaches = style_rules.check(tree)
    for breach in breaches:
        print(breach)
    for warning in style_rules.long_files(tree):
        print(warning)
    counts = collections.Counter(breach.rule for breach in breaches)
    print(f"{len(tree.paths)} files, {len(breaches)} breaches"
          + "".join(f"; {rule}: {count}" for rule, count in sorted(counts.items())))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
