// SPDX-License-Identifier: Apache-2.0
#include "rig/app/quality_series.hpp"

#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

// A model that says `answer`, and ends this process, as an agent would, at its `last` answer.
std::string model(const std::string& answer, int last) {
  const std::string script =
      "n=0; while read -r line; do n=$((n+1)); [ $n = " + std::to_string(last) +
      " ] && kill -TERM $PPID; echo '" + answer + "'; done";
  return "exec:" + nlohmann::json{"sh", "-c", script}.dump();
}

// SIGTERM as it was before: taken off where it is pending.
struct Signals {
  sigset_t before{};
  Signals() { ::sigprocmask(SIG_BLOCK, nullptr, &before); }
  ~Signals() {
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    const timespec now{};
    ::sigtimedwait(&term, nullptr, &now);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
  }
};

std::vector<nlohmann::json> series(const std::string& reference, const std::string& candidate,
                                   int code) {
  const Signals signals;
  const TempDir dir;
  std::ofstream(dir.file("t.jsonl")) << R"({"prompt":"6 * 7","expect":"42","check":"number"})"
                                     << "\n";
  const Called done = call("quality", {"--every", "1ms", "--tasks", dir.file("t.jsonl"),
                                       "--timeout", "20s", reference, candidate});
  CHECK(done.code == code);
  std::vector<nlohmann::json> out;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) out.push_back(nlohmann::json::parse(line));
  return out;
}

constexpr const char* kRight = R"({"choices":[{"text":" 42"}]})";

}  // namespace

TEST_CASE("quality series: ready, then gauges and whole passes, until it is told to end") {
  // A pass is three answers: the text, the text again, and the task.
  const auto lines = series(model(kRight, 99), model(kRight, 8), 0);
  REQUIRE(lines.size() >= 5);
  CHECK(lines.front()["ready"] == true);
  const auto passes =
      std::ranges::count_if(lines, [](const auto& l) { return l.contains("gauge"); });
  CHECK(passes == 2);
  for (const auto& line : lines) {
    if (line.contains("gauge")) {
      CHECK(line["gauge"] == nlohmann::json{{"answered", 1.0}, {"solved", 1.0}});
    }
  }
  CHECK(lines.back()["work"]["questions"] >= 6);
  CHECK(lines.back()["cycle"] == 2);
}

TEST_CASE("quality series: what is not answered is an event, and no figure") {
  const auto lines = series(model(kRight, 99), model("{}", 3), 0);
  const auto told =
      std::ranges::find_if(lines, [](const auto& line) { return line.contains("event"); });
  REQUIRE(told != lines.end());
  CHECK((*told)["event"]["quality"]["error"].get<std::string>().find("no choices") !=
        std::string::npos);
  for (const auto& line : lines) {
    if (line.contains("gauge")) CHECK(line["gauge"] == nlohmann::json{{"answered", 0.0}});
  }
}

TEST_CASE("quality series: agreement that means nothing is missing, and told as such once") {
  const std::string level =
      R"({"choices":[{"text":" 42","logprobs":{"content":[{"token":" 42","logprob":-1,)"
      R"("top_logprobs":[{"token":" 42","logprob":-1},{"token":"x","logprob":-1}]}]}}]})";
  const auto lines = series(model(level, 99), model(level, 12), 0);
  const auto notes = std::ranges::count_if(lines, [](const auto& line) {
    return line.contains("event") && line["event"]["quality"]["no_meaning"] == "flat";
  });
  CHECK(notes == 1);
  std::size_t gauges = 0;
  for (const auto& line : lines) {
    if (!line.contains("gauge")) continue;
    ++gauges;
    CHECK(line["gauge"] == nlohmann::json{{"answered", 1.0}, {"solved", 1.0}});
  }
  CHECK(gauges >= 2);
}

TEST_CASE("quality series: a reference that cannot be asked ends it; one candidate only") {
  CHECK(series(model("{}", 99), model(kRight, 99), 2).empty());
  CHECK(call("quality",
             {"--every", "1s", "http://127.0.0.1:1", "http://127.0.0.1:1", "http://127.0.0.1:1"})
            .code == 4);
  CHECK(call("quality", {"--every", "soon", "http://127.0.0.1:1", "http://127.0.0.1:1"}).code == 4);
}
