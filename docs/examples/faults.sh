#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Faults for kind = "cycle" (docs/howto/soak_an_update.md), made as root on the board:
#   faults.sh network-cut IF     the interface is down (static routes are for the board to set again)
#   faults.sh network-slow IF    64 kbit/s, and packets that wait for more than 2 s are lost
#   faults.sh network-on IF      ends both
#   faults.sh disk-fill FOLDER   no byte is left on its file system, in FOLDER/.soakrig-fill
#   faults.sh disk-free FOLDER
#   faults.sh clock-step [S]     the wall clock jumps ahead by S seconds, a day without; stop NTP first
#   faults.sh clock-back [S]     and back
set -eu

left() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }

case ${1:-} in
network-cut) ip link set dev "$2" down ;;
network-slow) tc qdisc replace dev "$2" root tbf rate 64kbit burst 16kb latency 2s ;;
network-on)
  ip link set dev "$2" up
  tc qdisc del dev "$2" root 2>/dev/null || :
  ;;
disk-fill)
  # At once where the file system can, then what is left of it, to the last block, which may be a small one.
  fallocate -l "$(left "$2")KiB" "$2/.soakrig-fill" 2>/dev/null || :
  for block in 4k 512; do
    dd if=/dev/zero bs=$block 2>/dev/null >>"$2/.soakrig-fill" || :
  done
  [ "$(left "$2")" -eq 0 ]
  ;;
disk-free) rm -f "$2/.soakrig-fill" ;;
clock-step) date -s "@$(($(date +%s) + ${2:-86400}))" >/dev/null ;;
clock-back) date -s "@$(($(date +%s) - ${2:-86400}))" >/dev/null ;;
*)
  sed -n 's/^#   //p' "$0" >&2
  exit 64
  ;;
esac
