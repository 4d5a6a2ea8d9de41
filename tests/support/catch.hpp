// SPDX-License-Identifier: Apache-2.0
//
// Catch2 2 (Debian 12) and 3 (Debian 13) under one name.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#include <string>

#include "rig/base/result.hpp"

// CHECK(result) prints the error; without this Catch tries the library's operator<<, which asks
// for one of every value.
template <class T>
struct Catch::StringMaker<boost::system::result<T, soakrig::Error>> {
  static std::string convert(const boost::system::result<T, soakrig::Error>& result) {
    return result.has_value() ? std::string("a value") : "error: " + result.error().message();
  }
};
