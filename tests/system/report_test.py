#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.report`: a short soak, then every format that `soakrig report` writes, read back by
programs that know nothing of how it was made. A hostile file is one made so by hand."""
import csv
import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as xml

import rig

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "junit.xsd")
MOST_BYTES = 5_000_000
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\x1b[2J../../=cmd"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def parsed_page(text):
    """The page as XML: ours is well-formed, so any reader may take it."""
    first, rest = text.split("\n", 1)
    assert first == "<!DOCTYPE html>", first
    return xml.fromstring(rest)


def check_page(text, language):
    root = parsed_page(text)
    assert root.get("lang") == language
    assert len(text.encode()) <= MOST_BYTES, len(text)
    names = {element.tag.split("}")[-1] for element in root.iter()}
    assert not names & {"script", "link", "iframe", "object", "embed", "img", "form"}, names
    assert "svg" in names and "table" in names, names
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            assert name.lower() not in ("src", "href", "action"), (element.tag, name, value)
    style = root.find("head/style").text
    assert "@import" not in style and "url(" not in style
    assert "@media print" in style and "prefers-color-scheme:dark" in style
    return root


def text_of(root):
    return " ".join("".join(root.itertext()).split())


def schema_accepts(path):
    """By xmllint, else by lxml: whichever this machine has."""
    if shutil.which("xmllint"):
        return subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode == 0
    try:
        from lxml import etree
    except ImportError:
        sys.exit("neither xmllint nor lxml is here: install libxml2-utils")
    return etree.XMLSchema(etree.parse(SCHEMA)).validate(etree.parse(path))


def check_junit(bench, path, shown):
    assert schema_accepts(path), read(path)
    root = xml.parse(path).getroot()
    cases = root.findall("testsuite/testcase")
    failures, errors = root.findall(".//failure"), root.findall(".//error")
    assert int(root.get("tests")) == len(cases)
    assert int(root.get("failures")) == len(failures)
    assert int(root.get("errors")) == len(errors)
    verdict = shown["boards"][0]["verdict"]
    own = cases[0]
    assert own.get("name") == "verdict"
    assert (own.find("failure") is not None) == (verdict == "fail"), verdict
    assert (own.find("error") is not None) == (verdict in ("error", "inconclusive")), verdict
    if verdict != "pass":
        assert any(reason in root.find("testsuite/system-out").text
                   for reason in shown["run"]["reasons"])
    # The schema really refuses: a renamed element, a missing name, a negative count.
    for old, new in (("<testcase ", "<testcasf "), (' classname="', ' klassname="'),
                     (' tests="', ' tests="-')):
        broken = read(path).replace(old, new)
        assert broken != read(path)
        assert not schema_accepts(bench.write("broken.xml", broken)), (old, new)


def rows_of_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    elapsed = [float(row["elapsed_s"]) for row in rows]
    assert elapsed == sorted(elapsed), path
    for row in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["utc"]), row
    return [row for row in rows if not row.get("gap_s")], [row for row in rows if row.get("gap_s")]


def check_tables(folder, jsonl, file):
    """What was stored, by SQL, is what both exports hold."""
    base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    stored = {name: n for name, n in base.execute(
        "SELECT s.name, sum(a.n) FROM source s JOIN axis a ON a.source = s.id GROUP BY s.id")}
    events, = base.execute("SELECT count(*) FROM event").fetchone()
    base.close()
    tables = {os.path.basename(p): rows_of_csv(p) for p in glob.glob(os.path.join(folder, "*.csv"))
              if os.path.basename(p) != "events.csv"}
    assert sum(len(rows) for rows, _ in tables.values()) == sum(stored.values())
    work = next(rows for name, (rows, _) in tables.items() if name.endswith(".work.chat.csv"))
    assert len(work) == stored["work.chat"] and any(float(r["work.chat.tokens [{token}]"] or 0) > 0
                                                    for r in work), work[:3]
    for rows, _ in tables.values():
        for row in rows:
            empty = [name for name, cell in row.items() if name.endswith("]") and cell == ""]
            assert len(row["states"].split()) == len(empty), row  # absence always has a reason
    with open(os.path.join(folder, "events.csv"), newline="", encoding="utf-8") as text:
        listed = list(csv.DictReader(text))
    assert len(listed) == events and all(isinstance(json.loads(e["body"]), dict) for e in listed)

    lines = [json.loads(line) for line in read(jsonl).splitlines()]
    assert lines[0]["type"] == "run"
    kinds = [line["type"] for line in lines]
    assert kinds.count("row") == sum(stored.values()) and kinds.count("event") == events
    assert kinds.count("gap") == sum(len(gaps) for _, gaps in tables.values())
    units = {c["name"]: c["unit"] for line in lines if line["type"] == "source"
             for c in line["channels"]}
    assert units["work.chat.tokens"] == "{token}", units


def check_hostile(bench, file):
    """A file whose board, facts and reasons are markup, escape sequences and paths."""
    bad = bench.path("hostile.soak")
    shutil.copy(file, bad)
    base = sqlite3.connect(bad)
    old, = base.execute("SELECT name FROM board").fetchone()
    judged = json.loads(base.execute("SELECT v FROM meta WHERE k='judgement'").fetchone()[0])
    judged["run"]["name"] = HOSTILE
    judged["run"]["reasons"] = [HOSTILE]
    judged["boards"][0]["name"] = HOSTILE
    judged["boards"][0]["facts"][HOSTILE] = HOSTILE
    base.execute("UPDATE board SET name=?, facts=? WHERE name=?",
                 (HOSTILE, json.dumps({HOSTILE: HOSTILE}), old))
    base.execute("UPDATE meta SET v=? WHERE k='judgement'", (json.dumps(judged),))
    base.commit()
    base.close()
    page, junit, tables = bench.path("bad.html"), bench.path("bad.xml"), bench.path("bad-csv")
    code, _, err = bench.run("report", bad, "-o", page, "--junit", junit, "--csv", tables)
    assert code == 0, err
    root = check_page(read(page), "en")
    assert "<script>alert(1)</script>" in text_of(root)  # as text, not as an element
    assert "\x1b" not in read(page) + read(junit)
    assert schema_accepts(junit)
    written = glob.glob(os.path.join(bench.dir, "**", "*.csv"), recursive=True)
    assert len(os.listdir(tables)) > 1
    assert all(os.path.dirname(p) in (tables, bench.path("csv")) for p in written), written


def check_refusals(bench, file):
    page = bench.path("none.html")
    cut = bench.path("cut.soak")
    with open(file, "rb") as whole, open(cut, "wb") as part:
        part.write(whole.read(1500))
    for args, wanted in ((("nobody", "-o", page), 4), ((cut, "-o", page), 2),
                         ((file, "-o", page, "--lang", "xx"), 4),
                         ((file, "-o", bench.path("no/such/folder.html")), 2)):
        code, _, err = bench.run("report", *args)
        assert code == wanted, (args, code, err)
        assert err.startswith("soakrig: ") and err.count("\n") == 1, err
    assert not os.path.exists(page)


def main():
    with rig.Rig() as bench:
        _, err, shown = bench.soak(rig.LLM)
        assert shown["run"]["state"] == "sealed", err
        file = shown["run"]["file"]
        before = open(file, "rb").read()
        names = {kind: bench.path(f"run.{kind}") for kind in ("html", "xml", "jsonl")}
        code, out, err = bench.run("report", "last", "-o", names["html"], "--junit", names["xml"],
                                   "--csv", bench.path("csv"), "--jsonl", names["jsonl"])
        assert code == 0, err
        assert set(names.values()) <= set(out.splitlines()), out
        said = text_of(check_page(read(names["html"]), "en"))
        assert shown["run"]["id"] in said and "speed = work ÷ busy time" in said
        for reason in shown["run"]["reasons"]:
            assert " ".join(reason.split()) in said, reason
        chinese = bench.path("zh.html")
        code, _, err = bench.run("report", "last", "-o", chinese, "--lang", "zh")
        assert code == 0, err
        assert "覆盖率" in text_of(check_page(read(chinese), "zh"))
        check_junit(bench, names["xml"], shown)
        check_tables(bench.path("csv"), names["jsonl"], file)
        check_hostile(bench, file)
        check_refusals(bench, file)
        assert open(file, "rb").read() == before, "a report changed the run's file"
    print("report: HTML in two languages, JUnit against its schema, CSV and JSON Lines against SQL")


if __name__ == "__main__":
    main()
