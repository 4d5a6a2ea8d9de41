#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Does this checkout build, demo, pass its tests and make a package that installs, on a machine that has
# nothing but a shell and apt?
#
#   fresh_machine.sh [bookworm|trixie|demo|test|package]…    default: both releases, all three verbs
#
# Makes a minimal Debian for each release, copies the checkout in as plain files without .git, and runs
# bootstrap.sh there. Every verb is tried, also after one failed; a line for each says how it ended.
# Skipped (77) without root or debootstrap. About 4 GB a release below TMPDIR; KEEP=1 leaves it.
# SOAKRIG_ROOT_CCACHE=FOLDER shares a compiler cache with the roots.
set -euo pipefail

readonly source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$source/tests/system/minimal_root.sh"

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

# Run again, build has nothing to do: no package installed, nothing compiled.
try_again() {
  local root=$1 before after
  before=$(in_root "$root" dpkg-query -W | cksum)
  in_root "$root" /soakrig/bootstrap.sh build >"$root.again" 2>&1
  after=$(in_root "$root" dpkg-query -W | cksum)
  [[ $before == "$after" ]] && grep -q 'no work to do' "$root.again" && return
  tail -n 5 "$root.again" >&2
  say "a second build was not idle"
  return 1
}

try_verb() {
  local release=$1 root=$2 verb=$3
  in_root "$root" /soakrig/bootstrap.sh "$verb" || return
  case $verb in
    test) try_again "$root" ;;
    package) "$source/tests/system/package_test.sh" "$release" "$root"/soakrig/build/release/soakrig_*.deb ;;
  esac
}

# Adds a line for each verb to `results`; fails if one failed.
try_release() {
  local release=$1 root=$2 verb code failed=0
  shift 2
  make_root "$release" "$root" && copy_checkout "$root/soakrig" || {
    results+=("$release: no root")
    return 1
  }
  for verb in "$@"; do
    say "$release: ./bootstrap.sh $verb"
    SECONDS=0
    code=0
    try_verb "$release" "$root" "$verb" || code=$?
    results+=("$release: ./bootstrap.sh $verb: $( ((code)) && echo "FAILED with $code" || echo passed) in $SECONDS s")
    ((code == 0)) || failed=1
  done
  return $failed
}

main() {
  local releases=() verbs=() results=() word failed=0
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
  ((${#verbs[@]})) || verbs=(demo test package)
  skip_unless_roots_can_be_made
  make_work_folder
  for word in "${releases[@]}"; do
    try_release "$word" "$work/$word" "${verbs[@]}" || failed=1
    [[ -n ${KEEP:-} ]] || rm -rf --one-file-system "${work:?}/$word"
  done
  for word in "${results[@]}"; do say "$word"; done
  return $failed
}

main "$@"
