#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The one script: from a checkout on a fresh machine to a demo soak, a test run, a benchmark table or
# a package. Installs what is missing from the distribution and nothing else; run again, it is quick
# and changes nothing. ./bootstrap.sh --help lists the verbs.
set -euo pipefail

readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly build=$here/build/release

say() { printf 'bootstrap: %s\n' "$*" >&2; }
refuse() {
  say "$*"
  exit 4
}

usage() {
  cat <<'TEXT'
Usage: ./bootstrap.sh VERB

  demo            build, then soak this machine's CPU on the virtual bench (about 3 minutes)
  test [--slow]   build, then run the tests; --slow includes the long ones
  build           install what is missing and build everything into build/release/bin
  build --arm64   the programs for 64-bit Arm boards, and their unit tests, into build/arm64/bin
  bench [FILTER]  build, then measure; FILTER is a name or a dotted prefix, such as agent or store.ingest
  package         build a .deb into build/release

SOAKRIG_CAMPAIGN=full with `test --slow` widens the timeouts and runs the full-size campaigns.
Exit codes: the verb's own; 4 for a wrong call or a system this script cannot install on.
TEXT
}

# One package name a line for this system; fails where the names are not known.
packages_of_this_system() {
  local id=unknown version=unknown boost
  if [[ -r /etc/os-release ]]; then
    id=$(. /etc/os-release && printf '%s' "${ID:-unknown}")
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-unknown}")
  fi
  case $id-$version in
    debian-12) boost=libboost1.81-dev ;;  # its default Boost is 1.74: too old for Process v2
    debian-13 | ubuntu-24.04) boost=libboost1.83-dev ;;
    *) boost='libboost-dev(>=1.81)' ;;
  esac
  printf '%s\n' g++ cmake ninja-build pkg-config "$boost" catch2 libcli11-dev libfmt-dev libglfw3-dev \
    libhwy-dev libimgui-dev libmodbus-dev libpng-dev libspdlog-dev libsqlite3-dev libssl-dev \
    libtomlplusplus-dev libzstd-dev nlohmann-json3-dev openssh-client openssl python3 \
    fonts-dejavu-core libgl1 libgl1-mesa-dri
  [[ $boost != *'('* ]]
}

# What the tests and the benchmarks drive or compare with, and nobody else needs: an ssh server, an
# emulator and a display among them.
readonly for_tests=(iproute2 libxml2-utils openssh-server python3-onnx python3-pymodbus python3-serial-asyncio sqlite3
  fio iperf3 stress-ng stressapptest clpeak pocl-opencl-icd busybox-static device-tree-compiler dropbear-bin
  e2fsprogs iputils-ping podman qemu-system-arm qemu-system-x86 runc xdotool xvfb)

is_installed() {
  local status
  status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) && [[ $status == installed ]]
}

install_packages() {
  local as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || refuse "not root and no sudo: install these, then run me again: $*"
    as_root=(sudo)
  fi
  say "installing: $*"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

install_missing() {
  local names missing=() name
  if ! names=$(packages_of_this_system) || ! command -v dpkg-query >/dev/null; then
    say "I can install on Debian 12, Debian 13 and Ubuntu 24.04 only. Install the like of these, then" \
      "run: cmake --workflow --preset release"
    printf '%s\n' "$names" "$@"
    exit 4
  fi
  for name in $names "$@"; do
    is_installed "$name" || missing+=("$name")
  done
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  fi
}

# As many compilers as there are cores, unless memory is short: one takes up to 1.5 GB.
jobs() {
  local cores kilobytes
  cores=$(nproc)
  kilobytes=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  local fit=$((kilobytes / 1500000))
  ((fit >= 1)) || fit=1
  echo $((cores < fit ? cores : fit))
}

build_all() {
  cd "$here"
  cmake --preset release -DSOAKRIG_CAMPAIGN="${SOAKRIG_CAMPAIGN:-default}" \
    --log-level=WARNING >/dev/null
  cmake --build --preset release -j "$(jobs)" >&2
}

# What is deployed to a board, for 64-bit Arm: static, and tested here by an emulator.
build_arm64() {
  install_missing g++-aarch64-linux-gnu qemu-user-static
  cd "$here"
  cmake --preset arm64 --log-level=WARNING >/dev/null
  cmake --build --preset arm64 -j "$(jobs)" >&2
  say "the programs for arm64 boards are in $here/build/arm64/bin; their tests: ctest --preset arm64"
}

verb_build() {
  if [[ ${1:-} == --arm64 ]]; then
    (($# == 1)) || refuse "build takes --arm64 or nothing, not '$2'"
    build_arm64
    return
  fi
  (($# == 0)) || refuse "build takes --arm64 or nothing, not '$1'"
  install_missing
  build_all
  say "the programs are in $build/bin"
}

verb_demo() {
  install_missing
  build_all
  exec python3 -B tests/system/demo.py --bin "$build/bin" --profile docs/examples/demo.toml
}

verb_test() {
  local filter=(-LE '^slow$')
  if [[ ${1:-} == --slow ]]; then
    filter=()
    shift
  fi
  (($# == 0)) || refuse "test takes --slow or nothing, not '$1'"
  install_missing "${for_tests[@]}"
  build_all
  exec ctest --test-dir "$build" --output-on-failure --no-tests=error -j "$(nproc)" "${filter[@]}"
}

verb_bench() {
  (($# <= 1)) || refuse "bench takes one FILTER, not '$*'"
  install_missing "${for_tests[@]}"
  build_all
  tests/bench/fetch_peers.sh "$here/build/peers"
  SOAKRIG_PEERS=$here/build/peers/root exec python3 -B tests/bench/run_bench.py --registry "$build/bench_programs.json" \
    --output "$build/bench.json" "$@"
}

verb_package() {
  install_missing dpkg-dev file
  build_all
  cmake --build --preset release --target package >&2
  say "the package is $(ls -t "$build"/soakrig_*.deb | head -n 1)"
}

main() {
  local verb=${1:-}
  (($# == 0)) || shift
  case $verb in
    demo | package)
      (($# == 0)) || refuse "$verb takes no argument, not '$1'"
      ;;&
    demo) verb_demo ;;
    test) verb_test "$@" ;;
    build) verb_build "$@" ;;
    bench) verb_bench "$@" ;;
    package) verb_package ;;
    --help | -h | help) usage ;;
    '')
      usage >&2
      exit 4
      ;;
    *) refuse "no verb '$verb'; see ./bootstrap.sh --help" ;;
  esac
}

main "$@"
