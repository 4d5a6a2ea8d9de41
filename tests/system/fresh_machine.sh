#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Does this checkout build, demo and pass its tests on a machine that has nothing but a shell and apt?
#
#   fresh_machine.sh [bookworm|trixie|demo|test|package]…    default: both releases, demo and test
#
# Makes a minimal Debian with debootstrap in a temporary folder (from the mirror this machine uses),
# copies the checkout in as plain files without .git, and runs bootstrap.sh there, inside its own mount
# and process namespaces, so that nothing outlives this script. Skipped (77) without root or debootstrap.
# TMPDIR says where (about 3 GB a release); KEEP=1 leaves the folder.
set -euo pipefail

readonly source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
say() { printf 'fresh_machine: %s\n' "$*" >&2; }

# The first Debian mirror that apt is set up with, in either of its two file formats.
mirror() {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE 's,^(URIs:|deb( \[[^]]*\])?) *([a-z]+://[^ ]+/debian)/?( .*)?$,\3,p')
  found=${found%%$'\n'*}
  echo "${found:-http://deb.debian.org/debian}"
}

copy_checkout() {
  local to=$1
  mkdir -p "$to"
  cd "$source"
  if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
      [[ ! -e $file && ! -L $file ]] || printf '%s\0' "$file"
    done | tar -c --null -T -
  else
    tar -c --exclude=./build --exclude=./soaks .
  fi | tar -x -C "$to"
}

# Runs one verb in the root, as init of its own process namespace: when it ends, all it started ends.
run_verb() {
  local root=$1 verb=$2
  unshare --mount --pid --fork --kill-child bash -euc '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      /soakrig/bootstrap.sh "$2"' bash "$root" "$verb" </dev/null
}

# A buyer never compiles: the package alone, in another fresh root.
try_package() {
  local built=$1 release=$2 root=$1.buyer
  debootstrap --variant=minbase "$release" "$root" "$(mirror)" >"$root.log"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp "$built"/soakrig/build/release/soakrig_*.deb "$root/"
  chroot "$root" bash -euc '
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends /soakrig_*.deb >/dev/null
    cd /
    soakrig --version
    soakrig list --archive /none-yet
    soakrig-agent --version
    soakrig-work --version' || return 1
  rm -rf --one-file-system "$root"
}

try_release() {
  local release=$1 root=$2 verb
  shift 2
  say "$release: a minimal root from $(mirror)"
  debootstrap --variant=minbase "$release" "$root" "$(mirror)" >"$root.log" || {
    tail -n 5 "$root.log" >&2
    return 1
  }
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  copy_checkout "$root/soakrig"
  for verb in "$@"; do
    say "$release: ./bootstrap.sh $verb"
    run_verb "$root" "$verb" || {
      say "$release: ./bootstrap.sh $verb ended with $?"
      return 1
    }
    [[ $verb != package ]] || try_package "$root" "$release"
  done
}

main() {
  local releases=() verbs=() word
  for word in "$@"; do
    case $word in
      bookworm | trixie) releases+=("$word") ;;
      demo | test | package) verbs+=("$word") ;;
      *)
        say "unknown word '$word'; I know bookworm, trixie, demo, test and package"
        exit 4
        ;;
    esac
  done
  ((${#releases[@]})) || releases=(bookworm trixie)
  ((${#verbs[@]})) || verbs=(demo test)
  if [[ $(id -u) -ne 0 ]] || ! command -v debootstrap >/dev/null; then
    say "skipped: needs root and debootstrap"
    exit 77
  fi
  local work
  work=$(mktemp -d "${TMPDIR:-/tmp}/soakrig-fresh.XXXXXX")
  [[ -n ${KEEP:-} ]] || trap "rm -rf --one-file-system '$work'" EXIT
  for word in "${releases[@]}"; do
    try_release "$word" "$work/$word" "${verbs[@]}"
    say "$word: passed ${verbs[*]}"
    [[ -n ${KEEP:-} ]] || rm -rf --one-file-system "${work:?}/$word"
  done
}

main "$@"
