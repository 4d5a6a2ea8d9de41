#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The board of the update tests: board.sh BOARD health|version|power-off|NAME-on|NAME-off|restore VERSION.
# It boots where the active image has the length that its manifest says; it is well where the checksum
# is right, too.
set -eu
board=$1
slot=$board/active
case $2 in
health | version)
  read -r version size sum <"$slot/manifest"
  [ -n "$sum" ] || exit 1
  [ "$(wc -c <"$slot/image")" -eq "$size" ] || exit 1
  if [ "$2" = version ]; then
    echo "$version"
  else
    set -- "$sum" "$(sha256sum <"$slot/image")"
    [ "$1  -" = "$2" ]
  fi
  ;;
power-off) # the updater dies, and what it did not flush is gone
  kill -9 "$(cat "$board/updater.pid")" 2>/dev/null || :
  if [ -f "$board/unflushed" ]; then
    while read -r path; do : >"$path"; done <"$board/unflushed"
  fi
  ;;
power-on) ;;
network-off | disk-off | clock-off) : >"$board/fault-${2%-off}" ;;
network-on | disk-on | clock-on) rm -f "$board/fault-${2%-on}" ;;
restore)
  rm -f "$board/unflushed"
  { cat "$board/payload.good" && printf '\n%16s\n' factory; } >"$slot/image"
  sum=$(sha256sum <"$slot/image")
  echo "factory $(($(wc -c <"$slot/image"))) ${sum%  -}" >"$slot/manifest"
  ;;
*) exit 64 ;;
esac
