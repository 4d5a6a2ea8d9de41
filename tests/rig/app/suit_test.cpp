// SPDX-License-Identifier: Apache-2.0
// Also tests: site_file.cpp
#include "rig/app/site_file.hpp"

#include <nlohmann/json.hpp>

#include "tests/rig/app/called.hpp"
#include "tests/support/judged_run.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

const std::string kCost = R"([cost]
currency = "EUR"
years = 2
requests_per_day = 1000
prompt_tokens = 100
answer_tokens = 200
[edge]
price = { value = 300, date = 2026-03-01, source = "quote" }
energy = { value = 0.3, date = 2026-03-01, source = "contract" }
field_visit = { value = 0, date = 2026-03-01, source = "contract" }
failures_per_year = { value = 0, source = "none seen" }
idle_power_w = 2
[cloud]
input = { value = 1, date = 2026-03-02, source = "list" }
output = { value = 4, date = 2026-03-02, source = "list" }
)";
const std::string kSite = R"([site]
name = "plant 7"
data_may_leave = true
first_token = "800ms"
request = "4kB"
cost = "cost.toml"
[cloud]
first_token_ms = { value = 450, source = "measured" }
[link]
trace = "link.csv"
up_kbit_s = 320
)";

std::string complaint(const TempDir& directory, const std::string& site) {
  directory.write("site.toml", site);
  const auto read = app::read_site(directory.file("site.toml"));
  REQUIRE_FALSE(read);
  return read.error().message();
}

}  // namespace

TEST_CASE("site file: needs, trace and costs, what is stated before what was recorded") {
  const TempDir directory;
  directory.write("cost.toml", kCost);
  directory.write("link.csv",
                  "t_s,rtt_ms,kbit_s,down_kbit_s\n0,50,1000,2000\n90,,,\n100,50,1000,2000\n");
  std::string text = kSite;
  text.insert(text.find("cost = "), "answer = \"2kB\"\n");
  directory.write("site.toml", text);
  const auto site = app::read_site(directory.file("site.toml"));
  REQUIRE(site);
  CHECK(*site->plan.stated.latency_need == 0.8);
  CHECK(*site->plan.stated.cloud_service_latency == 0.45);
  CHECK(*site->plan.stated.link_round_trip == 0.05);
  CHECK(*site->plan.stated.link_availability == 0.9);
  CHECK(*site->plan.stated.link_bits_s == 320000);
  CHECK(*site->plan.stated.link_down_bits_s == 2'000'000);  // the trace's
  CHECK(site->plan.stated.answer_bits == 16000);
  CHECK(site->plan.stated.request_bits == 32000);
  CHECK(site->plan.cost->stated.price == 300);
}

TEST_CASE("site file: faults name the file in which they stand") {
  const TempDir directory;
  directory.write("cost.toml", kCost);
  directory.write("link.csv", "t_s,rtt_ms\n0,50\n0,60\n");
  CHECK(has(complaint(directory, kSite), "link.csv:3"));
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\nfirst_token = 800\n"),
            "site.toml:3: [site] first_token is no time"));
  CHECK(has(complaint(directory, "[site]\n"), "has no name"));
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\ndata_may_leave = \"no\"\n"),
            "write true or false"));
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\nrequest = \"4\"\n"), "is no size"));
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\ncost = \"none.toml\"\n"), "none.toml"));
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\n[cloud]\nfirst_token_ms = { value = 3 }\n"),
            "has no source"));
  const std::string probed = "[site]\nname = \"x\"\n[link]\nprobe = \"http://127.0.0.1:1\"\n";
  CHECK(has(complaint(directory, "[site]\nname = \"x\"\n[link]\nprobe = \"x:1\"\n"),
            "site.toml:4: [link] probe is no address"));
  CHECK(has(complaint(directory, probed + "trace = \"link.csv\"\n"), "a trace and a probe"));
  CHECK(has(complaint(directory, probed + "probe_every = \"2min\"\n"), "not from 10 ms"));
  CHECK(has(complaint(directory, probed + "probe_send = \"much\"\n"), "probe_send is no size"));
  CHECK(has(complaint(directory, probed + "probe_fetch = \"large\"\n"), "probe_fetch is no path"));
  CHECK(has(complaint(directory, probed + "probe_fetch = \"/a b\"\n"), "probe_fetch is no path"));
  for (const char* key : {"probe_for = \"2s\"", "probe_fetch = \"/x\""}) {
    CHECK(has(complaint(directory, "[site]\nname = \"x\"\n[link]\n" + std::string(key) + "\n"),
              "does nothing without a probe"));
  }
  directory.write("cost.toml", "[cost]\nyears = -1\n");
  CHECK(has(complaint(directory, kSite), "cost.toml"));
}

TEST_CASE("suit: exit codes") {
  const TempDir directory;
  const std::string archive = directory.path().string();
  KnownFigures known;
  known.ttft_s = 0.5;
  store_known(archive, known, "quick", "20260301-120000-0a1b2c3d");
  known.ttft_s = 5;
  store_known(archive, known, "slow", "20260302-120000-0a1b2c3d");
  known.ttft_s.reset();
  store_known(archive, known, "unknown", "20260303-120000-0a1b2c3d");
  directory.write("cost.toml", kCost);
  directory.write("link.csv", "t_s,rtt_ms,kbit_s\n0,50,1000\n100,50,1000\n");
  directory.write("site.toml", kSite);
  const auto code = [&](const std::vector<std::string>& runs) {
    std::vector<std::string> args{directory.file("site.toml")};
    args.insert(args.end(), runs.begin(), runs.end());
    args.insert(args.end(), {"--archive", archive});
    return call("suit", args).code;
  };
  CHECK(code({"quick"}) == 0);
  CHECK(code({"slow"}) == 1);
  CHECK(code({"unknown"}) == 3);
  CHECK(code({"slow", "unknown"}) == 3);
  CHECK(code({"slow", "unknown", "quick"}) == 0);
  CHECK(code({"nobody"}) == 4);
  const std::string page = directory.file("s.html");
  CHECK(call("suit", {directory.file("site.toml"), "quick", "--archive", archive, "-o", page,
                      "--lang", "zh"})
            .code == 0);
  std::ifstream file(page);
  const std::string html{std::istreambuf_iterator<char>(file), {}};
  CHECK(has(html, "全寿命成本"));
  CHECK(has(html, "边缘、云端还是混合"));
}

TEST_CASE("suit: a link that is measured decides, and is kept as a trace") {
  const TempDir directory;
  const std::string archive = directory.path().string();
  KnownFigures known;
  known.ttft_s = 0.5;
  store_known(archive, known, "quick", "20260301-120000-0a1b2c3d");
  directory.write("cost.toml", kCost);
  const RawServer server({{"HTTP/1.1 204 No Content\r\n\r\n", false}});
  const auto answer = [&](const std::string& url) {
    std::string site = kSite;
    const std::size_t trace = site.find("trace = ");
    site = site.substr(0, trace) + "probe = \"" + url +
           "\"\nup_kbit_s = 320\nprobe_for = \"300ms\"\nprobe_every = \"100ms\"\nprobe_send = "
           "\"20kB\"\nprobe_keep = "
           "\"seen.csv\"\n";
    directory.write("site.toml", site);
    const Called called =
        call("suit", {directory.file("site.toml"), "quick", "--archive", archive, "--json"});
    CHECK(called.code == 0);
    return nlohmann::json::parse(called.out)["candidates"][0];
  };
  const auto up = answer(server.url());
  CHECK(has(up["notes"].dump(), "measured just now"));
  CHECK(has(up["notes"].dump(), "record a trace of a week"));
  CHECK(has(up["notes"].dump(), "speed downwards was not measured"));
  CHECK(up["cloud_latency_s"].is_number());
  const auto kept = read_file(directory.file("seen.csv"));
  REQUIRE(kept);
  CHECK(parse_link_trace(*kept, "seen.csv"));
  // Nobody there: the cloud's latency is not known, and that is said.
  const auto down = answer("http://127.0.0.1:1");
  CHECK(down["cloud_latency_s"].is_null());
  CHECK(down["reasons"][1]["cloud"] == "unknown");
  CHECK(has(down["reasons"][1]["missing"].dump(), "link.round_trip_ms"));
}
