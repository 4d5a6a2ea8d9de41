// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/openai_kind.hpp"

#include <algorithm>

#include "tests/rig/plan/fragments.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::profile_with;
using soakrig::plan::testing::read;

namespace {

std::string text(const std::string& lines) { return profile_with("workload:openai", lines); }

std::vector<std::string> argv(const std::string& lines) {
  const Profile profile = read(text(lines));
  INFO(messages(profile));
  const WorkloadSpec* workload = profile.spec.find_workload("x");
  REQUIRE(workload != nullptr);
  return workload->argv;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

bool faulty(const std::string& lines, const std::string& what) {
  const std::string all = messages(read(text(lines)));
  INFO(all);
  return all.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("an engine's load becomes the client's command line") {
  const auto words = argv(
      "model = \"m\"\nstreams = 4\napi = \"completions\"\nslo = { ttft = \"500ms\" }\nstream = "
      "false\n"
      "token_env = \"KEY\"");
  CHECK(words[0] == "soakrig-work");
  CHECK(words[1] == "openai");
  for (const char* word : {"--model=m", "--streams=4", "--api=completions", "ttft=500ms", "--whole",
                           "--token-env=KEY", "--seed=1", "--answer-tokens=64"}) {
    INFO(word);
    CHECK(has(words, word));
  }
  CHECK_FALSE(has(words, "--no-verify"));
}

TEST_CASE("requests that come by themselves need a rate, and a closed loop has none") {
  CHECK(has(argv("arrivals = \"poisson\"\nrate = 2.5"), "--arrivals=poisson"));
  CHECK(faulty("arrivals = \"poisson\"", "has no rate"));
  CHECK(faulty("arrivals = \"ramp\"\nrate = 2.0", "has no ramp_over"));
  CHECK(faulty("arrivals = \"trace\"", "has no trace"));
  CHECK(faulty("rate = 2.0", "rate does nothing in a closed loop"));
  CHECK(faulty("duty = \"60s:50%\"", "duty does nothing in a closed loop"));
  CHECK(faulty("arrivals = \"poisson\"\nrate = 2.0\nduty = \"60s\"", "is no duty cycle"));
}

TEST_CASE("an address that is none is refused") {
  const std::string wrong = text("");
  const std::size_t at = wrong.find("http://127.0.0.1:8080");
  REQUIRE(at != std::string::npos);
  const auto with = [&](const std::string& url) {
    return messages(read(std::string(wrong).replace(at, 21, url)));
  };
  CHECK(with("http://h:1") == messages(read(wrong)));
  CHECK(with("h:1").find("is no address") != std::string::npos);
  CHECK(with("http://user:word@h").find("is no address") != std::string::npos);
}

TEST_CASE("where the client runs") {
  CHECK(has(argv("client = \"rig\""), "--client=rig"));
  CHECK(faulty("client = \"moon\"", "client"));
}

TEST_CASE("a container that would run in the background is no start") {
  CHECK(has(argv("start = [\"podman\", \"run\", \"engine\"]"), "--start=run"));
  CHECK(faulty("start = [\"podman\", \"run\", \"-d\", \"engine\"]", "in the background"));
}

TEST_CASE("a model's file is named where start uses it") {
  const auto words = argv("start = [\"srv\", \"-m\", \"{model_file}\"]\nmodel_file = \"m.gguf\"");
  const auto file = std::ranges::find(words, "--model-file");
  REQUIRE(file != words.end());
  CHECK((file + 1)->ends_with("/m.gguf"));  // a word of its own: on a board it is another
  CHECK(has(words, "--start={model_file}"));
  CHECK(faulty("start = [\"srv\"]\nmodel_file = \"m.gguf\"", "is not used by start"));
  CHECK(faulty("start = [\"srv\", \"{model_file}\"]", "which is none"));
}
