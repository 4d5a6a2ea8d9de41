#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An A/B slot updater and a naive one, written to be updated with faults: updater.py KIND BOARD TARGET
PAYLOAD LINE.

BOARD is a folder. The firmware is an image (the payload, with the version at its end) and a manifest
(version, size, SHA-256). `atomic` writes both into the idle slot, flushes them, checks them, and turns
the link `active` by one rename. `naive` streams the image over the one that runs and then writes the
manifest; it checks nothing and flushes nothing.

It prints one line a stage, four in all. At line LINE (0: none) it holds until a fault is there, or it
is killed: so a fault comes exactly where the seed says.
"""
import hashlib
import os
import sys
import time

kind, board, target, payload, hold_at = sys.argv[1:6]
MARKS = [os.path.join(board, "fault-" + name) for name in ("network", "disk", "clock")]
lines = 0


def stage(what):
    global lines
    lines += 1
    print(what, flush=True)
    until = time.monotonic() + 60
    while lines == int(hold_at) and time.monotonic() < until:
        if any(os.path.exists(mark) for mark in MARKS):
            return
        time.sleep(0.002)


def image_of(path):
    """As long for every version."""
    return open(path, "rb").read() + f"\n{target:>16}\n".encode()


def receive():
    """The payload in two pieces, as from a network that may be gone."""
    data = image_of(payload)
    for piece in (data[:len(data) // 2], data[len(data) // 2:]):
        if os.path.exists(MARKS[0]):
            sys.exit("the network is gone")
        yield piece


def put(path, pieces, flush, between=None):
    """What is not flushed is noted, for the power cut that loses it."""
    if not flush:
        with open(os.path.join(board, "unflushed"), "a", encoding="utf-8") as note:
            note.write(path + "\n")
    with open(path, "wb") as out:
        for number, piece in enumerate(pieces):
            if os.path.exists(MARKS[1]):
                sys.exit("no space left on device")
            out.write(piece)
            out.flush()
            if number == 0 and between:
                between()
        if flush:
            os.fsync(out.fileno())


def manifest_of(image):
    data = open(image, "rb").read()
    return f"{target} {len(data)} {hashlib.sha256(data).hexdigest()}\n".encode()


def atomic():
    active = os.readlink(os.path.join(board, "active"))
    idle = os.path.join(board, "b" if active == "a" else "a")
    stage("begin")
    image = os.path.join(idle, "image")
    put(image, receive(), True, lambda: stage("half of the image is written"))
    if hashlib.sha256(open(payload, "rb").read()).hexdigest() != open(
            os.path.join(board, "payload.sha256"), encoding="utf-8").read().strip():
        sys.exit("the payload is not what was signed")
    put(os.path.join(idle, "manifest"), [manifest_of(image)], True)
    stage("the idle slot is written, flushed and checked")
    link = os.path.join(board, "active.new")
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(os.path.basename(idle), link)
    os.replace(link, os.path.join(board, "active"))
    folder = os.open(board, os.O_RDONLY)
    os.fsync(folder)
    stage("the other slot is active")


def naive():
    running = os.path.join(board, "a")
    stage("begin")
    image = os.path.join(running, "image")
    put(image, receive(), False, lambda: stage("half of the image is written"))
    stage("the image is written")
    # It believes what it was told of the payload, not what it wrote.
    size = os.path.getsize(image)
    promised = hashlib.sha256(image_of(os.path.join(board, "payload.good"))).hexdigest()
    put(os.path.join(running, "manifest"), [f"{target} {size} {promised}\n".encode()], False)
    stage("the manifest is written")


UNFLUSHED = os.path.join(board, "unflushed")
if os.path.exists(UNFLUSHED):
    os.unlink(UNFLUSHED)  # what an earlier update wrote has long been flushed
with open(os.path.join(board, "updater.pid"), "w", encoding="utf-8") as pid:
    pid.write(str(os.getpid()))
{"atomic": atomic, "naive": naive}[kind]()
