#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# updater.py's two updaters for a real board, where nothing is played: board_updater.sh atomic|naive BOARD
# TARGET LINE. The image comes from a server in two halves. `atomic` writes the idle slot, flushes it, checks
# it, and turns the link by one rename; `naive` makes room first, by removing the image that runs, checks
# nothing and flushes nothing.
#
# It prints one line a stage, four in all, and at line LINE (0: none) holds until a fault is there, or it
# dies. At each stage what the file system knows of names is on the disk, as where a daemon flushes its log;
# what was written and not flushed is not.
set -eu -o pipefail
kind=$1 board=$2 target=$3 hold_at=$4 lines=0
readonly server=10.0.2.100 size=$(wc -c <"$2/payload.good")

wall_ahead() { echo $(($(date +%s) - $(cut -d. -f1 /proc/uptime))); }
readonly began=$(wall_ahead)

fault_is_there() {
  [ "$(cat /sys/class/net/eth0/carrier)" = 1 ] || return 0
  [ ! -e /run/disk-is-full ] || return 0  # whoever fills it says when it is done
  moved=$(($(wall_ahead) - began))
  [ "${moved#-}" -gt 3600 ]
}

stage() {
  touch "$board/stages"
  sync "$board/stages"
  lines=$((lines + 1)) waited=0
  echo "$1"
  while [ $lines -eq "$hold_at" ] && [ $waited -lt 300 ] && ! fault_is_there; do
    sleep 0.2
    waited=$((waited + 1))
  done
}

# A server that is silent for so long is gone.
fetch() { timeout 5 nc $server 80 </dev/null; }

receive() {
  fetch | { head -c $((size / 2)) && cat >/dev/null; } >"$1"
  stage "half of the image is written"
  fetch | tail -c +$((size / 2 + 1)) >>"$1"
}

trailer() { printf '\n%16s\n' "$target"; }  # images are as long for every version

atomic() {
  idle=a
  [ "$(readlink "$board/active")" = b ] || idle=b
  slot=$board/$idle
  rm -f "$slot/image" "$slot/manifest" "$board/active.new"
  stage begin
  receive "$slot/image"
  sum=$(sha256sum <"$slot/image")
  [ "${sum%  -}" = "$(cat "$board/payload.sha256")" ] || {
    echo "the payload is not what was signed" >&2
    exit 1
  }
  trailer >>"$slot/image"
  sum=$(sha256sum <"$slot/image")
  echo "$target $(($(wc -c <"$slot/image"))) ${sum%  -}" >"$slot/manifest"
  sync "$slot/image" "$slot/manifest" "$slot"
  stage "the idle slot is written, flushed and checked"
  ln -s $idle "$board/active.new"
  mv -T "$board/active.new" "$board/active"
  sync "$board"
  stage "the other slot is active"
}

naive() {
  slot=$board/a
  rm -f "$slot/image" "$slot/manifest"
  stage "there is room for the image"
  receive "$slot/image"
  trailer >>"$slot/image"
  stage "the image is written"
  # It believes what it was told of the payload, not what it wrote.
  sum=$({ cat "$board/payload.good" && trailer; } | sha256sum)
  echo "$target $(($(wc -c <"$slot/image"))) ${sum%  -}" >"$slot/manifest"
  stage "the manifest is written"
}

$kind
