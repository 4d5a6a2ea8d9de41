# SPDX-License-Identifier: Apache-2.0
# Distribution packages only. Heavy headers are PRIVATE to the targets whose .cpp files use them.

find_package(Boost 1.81 CONFIG REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(modbus REQUIRED IMPORTED_TARGET libmodbus)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_package(OpenSSL REQUIRED)
find_path(TOMLPP_INCLUDE toml++/toml.h REQUIRED)
find_path(HWY_INCLUDE hwy/highway.h REQUIRED)

# Header-only fmt: what is deployed to a board is linked statically without further packages.
set(soakrig_fmt fmt::fmt-header-only)
