// SPDX-License-Identifier: Apache-2.0
//
// A profile may be anything: noise, half a file, a file with bytes changed. Whatever it is, the
// reader ends, stays in its bounds, and says what is wrong in lines fit for a terminal.
#include <random>

#include "rig/base/fd.hpp"
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::read;

namespace {

std::string demo() {
  const auto text = read_file(test::source_dir() + "/docs/examples/demo.toml");
  REQUIRE(text.has_value());
  return *text;
}

// True when every fault is one bounded line that names a place.
bool well_behaved(const Profile& profile) {
  if (profile.faults.size() > kMaxFaults + 1) return false;
  for (const Error& fault : profile.faults) {
    const std::string message = fault.message();
    if (fault.file.empty() || fault.what.empty() || message.size() > 4000) return false;
    for (const char c : message) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("noise is refused") {
  std::mt19937 random(7);
  const std::string alphabet = "[]{}=.,\"'#\\\n \tabz019-_+:\x01\xc3\xff";
  int refused = 0;
  constexpr int kTexts = 1500;
  for (int i = 0; i < kTexts; ++i) {
    std::string text;
    const auto length = random() % 200;
    for (unsigned j = 0; j < length; ++j) {
      text += i % 2 == 0 ? alphabet[random() % alphabet.size()] : static_cast<char>(random() % 256);
    }
    const Profile profile = read(text);
    INFO(text);
    REQUIRE(well_behaved(profile));
    refused += profile.ok() ? 0 : 1;
  }
  CHECK(refused == kTexts);
}

TEST_CASE("a file cut short anywhere is read or refused, never more") {
  const std::string whole = demo();
  REQUIRE(read(whole).ok());
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    INFO(length);
    REQUIRE(well_behaved(read(whole.substr(0, length))));
  }
}

TEST_CASE("a file with changed bytes is read or refused, never more") {
  const std::string whole = demo();
  std::mt19937 random(11);
  for (int i = 0; i < 600; ++i) {
    std::string text = whole;
    for (int j = 0; j < 3; ++j) text[random() % text.size()] = static_cast<char>(random() % 256);
    INFO(i);
    REQUIRE(well_behaved(read(text)));
  }
}

TEST_CASE("each value replaced by one of another kind is a fault or fine, never more") {
  const std::string whole = demo();
  const std::vector<std::string> values = {"-1",
                                           "1e308",
                                           "nan",
                                           "\"\"",
                                           "[]",
                                           "{}",
                                           "true",
                                           "2026-01-01",
                                           "[[1]]",
                                           "'x'",
                                           "9223372036854775807"};
  for (std::size_t at = whole.find(" = "); at != std::string::npos;
       at = whole.find(" = ", at + 3)) {
    const std::size_t end = whole.find('\n', at);
    for (const std::string& value : values) {
      std::string text = whole;
      text.replace(at + 3, end - at - 3, value);
      INFO(text.substr(at > 20 ? at - 20 : 0, 60));
      REQUIRE(well_behaved(read(text)));
    }
  }
}

TEST_CASE("overrides may be anything as well") {
  std::mt19937 random(13);
  const std::string alphabet = "[]{}=.,\"'#\\ abphasehotboard.019-_";
  for (int i = 0; i < 800; ++i) {
    std::string text;
    const auto length = random() % 40;
    for (unsigned j = 0; j < length; ++j) text += alphabet[random() % alphabet.size()];
    INFO(text);
    REQUIRE(well_behaved(read(soakrig::plan::testing::kGood, {text})));
  }
}
