# SPDX-License-Identifier: Apache-2.0
# What the programs that are deployed to a board need: headers, and no library of another
# architecture. The packages' own CMake files are bound to the architecture they were installed for.
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_path(HWY_INCLUDE hwy/highway.h REQUIRED)
find_path(TOMLPP_INCLUDE toml++/toml.h REQUIRED)

# Both stand in the compiler's own search path: naming that folder again would reorder it.
find_path(BOOST_INCLUDE boost/process/v2.hpp REQUIRED)
find_path(FMT_INCLUDE fmt/format.h REQUIRED)
add_library(Boost::headers INTERFACE IMPORTED)
add_library(soakrig_fmt_headers INTERFACE)
target_compile_definitions(soakrig_fmt_headers INTERFACE FMT_HEADER_ONLY=1)
set(soakrig_fmt soakrig_fmt_headers)
