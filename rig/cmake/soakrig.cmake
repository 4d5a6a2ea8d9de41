# SPDX-License-Identifier: Apache-2.0
# The only helpers: a warning set, and three ways to declare a target, so that every folder states
# its sources and its arrows and nothing else.

add_library(soakrig_warnings INTERFACE)
# -Wnull-dereference is left out on purpose: at -O2 it fires inside Boost.Asio. -Wrestrict is off: in
# GCC 12 it fires on every `"text" + std::string()` that is inlined (GCC bug 105651).
target_compile_options(soakrig_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wduplicated-cond
  -Wlogical-op -Wcast-align -Wno-restrict -Werror)

add_library(soakrig_options INTERFACE)
target_include_directories(soakrig_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(soakrig_options INTERFACE cxx_std_20)

set(SOAKRIG_SANITIZE "" CACHE STRING "address or thread")
if(SOAKRIG_SANITIZE)
  # With a sanitizer's own branches in it, GCC takes what std::optional and Result hold for
  # uninitialised; the plain build keeps that warning.
  target_compile_options(soakrig_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(SOAKRIG_SANITIZE STREQUAL "address")
  target_compile_options(soakrig_options INTERFACE -fsanitize=address,undefined
                         -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(soakrig_options INTERFACE -fsanitize=address,undefined)
elseif(SOAKRIG_SANITIZE STREQUAL "thread")
  # Asio's fences cannot be modelled by GCC's ThreadSanitizer.
  target_compile_options(soakrig_options INTERFACE -fsanitize=thread -Wno-tsan)
  target_link_options(soakrig_options INTERFACE -fsanitize=thread)
endif()

# soakrig_library(NAME SOURCES a.cpp… USES soakrig_base… PRIVATE_LIBS CLI11::CLI11…)
function(soakrig_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PRIVATE_LIBS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC soakrig_options ${arg_USES}
                        PRIVATE $<BUILD_INTERFACE:soakrig_warnings> ${arg_PRIVATE_LIBS})
endfunction()

# soakrig_program(NAME [STATIC] SOURCES … USES …). STATIC = deployed to boards: no shared library.
function(soakrig_program name)
  cmake_parse_arguments(arg "STATIC" "" "SOURCES;USES;PRIVATE_LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE soakrig_options soakrig_warnings ${arg_USES}
                        ${arg_PRIVATE_LIBS})
  if(arg_STATIC AND NOT SOAKRIG_SANITIZE)
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections $<$<CONFIG:Release>:-s>)
  endif()
endfunction()

# soakrig_data(FOLDER): the calling folder's FOLDER/*.toml come with the programs, which look for them
# at ../share/soakrig/FOLDER from where they lie: installed there, and linked there in a build tree.
function(soakrig_data folder)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/soakrig)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${folder}
       ${PROJECT_BINARY_DIR}/share/soakrig/${folder} SYMBOLIC)
  install(DIRECTORY ${folder} DESTINATION share/soakrig FILES_MATCHING PATTERN "*.toml")
endfunction()
