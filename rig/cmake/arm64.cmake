# SPDX-License-Identifier: Apache-2.0
# Debian's cross toolchain for 64-bit Arm boards, and the emulator that runs what it makes. The
# headers that a board's programs need are the same on every architecture, so nothing else is crossed.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# -L: where the toolchain keeps the libraries of what is not static, the tests.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L /usr/aarch64-linux-gnu)
