#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A buyer never compiles: does the package alone, in a minimal Debian, give working programs, data,
# examples, man pages and completion, and does it leave nothing when it is purged?
#
#   package_test.sh [RELEASE [FILE.deb]]
#
# RELEASE: this machine's, unless given. Without FILE the package is built from the build tree in the
# working directory. Skipped (77) without root or debootstrap.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/minimal_root.sh"

main() {
  local release=${1:-} package=${2:-}
  skip_unless_roots_can_be_made
  if [[ -z $release ]]; then
    release=$(. /etc/os-release && echo "${ID:-}-${VERSION_CODENAME:-}")
    [[ $release == debian-* ]] || {
      say "skipped: this machine is no Debian, so there is no minimal root to install its package in"
      exit 77
    }
    release=${release#debian-}
  fi
  if [[ -z $package ]]; then
    cmake --build . --target package
    package=$(ls -t soakrig_*.deb | head -n 1)
  fi
  if command -v lintian >/dev/null; then
    say "lintian $package"
    lintian --fail-on error,warning "$package"
  fi
  make_work_folder
  make_root "$release" "$work/buyer"
  cp "$package" "$work/buyer/soakrig.deb"
  cp "$here/package_check.sh" "$work/buyer/"
  in_root "$work/buyer" bash /package_check.sh
}

main "$@"
