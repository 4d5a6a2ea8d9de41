#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Do the programs for 64-bit Arm boards build, stand alone, and pass their unit tests (the NEON kernels
# against the scalar reference among them) under an emulator? Skipped (77) without cross compiler or
# emulator.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in aarch64-linux-gnu-g++ qemu-aarch64-static; do
  if ! command -v $tool >/dev/null; then
    echo "arm64: skipped: no $tool (./bootstrap.sh build --arm64 installs it)"
    exit 77
  fi
done
cmake --preset arm64 --log-level=WARNING
cmake --build --preset arm64 -j "$(nproc)"

for program in soakrig-agent soakrig-work; do
  kind=$(LC_ALL=C readelf -hl build/arm64/bin/$program)
  if [[ $kind != *AArch64* || $kind == *"program interpreter"* ]]; then
    echo "arm64: $program is not a static AArch64 program"
    exit 1
  fi
  qemu-aarch64-static build/arm64/bin/$program --version
done
qemu-aarch64-static build/arm64/bin/soakrig-work llm --help >/dev/null
ctest --preset arm64 --no-tests=error
