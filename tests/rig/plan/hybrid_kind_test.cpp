// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/hybrid_kind.hpp"

#include <algorithm>

#include "tests/rig/plan/fragments.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::hybrid;
using soakrig::plan::testing::kGood;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;

namespace {

std::vector<std::string> argv(const std::string& workload) {
  const Profile profile = read(std::string(kGood) + workload);
  INFO(messages(profile));
  REQUIRE(profile.ok());
  return profile.spec.find_workload("x")->argv;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

bool faulty(const std::string& workload, const std::string& what) {
  const std::string all = messages(read(std::string(kGood) + workload));
  INFO(all);
  return all.find(what) != std::string::npos;
}

std::string rule(const std::string& lines) {
  return "[workload.x]\nkind = \"hybrid\"\nedge = { url = \"http://127.0.0.1:1\" }\ncloud = { url "
         "= "
         "\"http://127.0.0.1:2\" }\n" +
         lines;
}

constexpr const char* kPrices =
    "prices = { cloud_in = 1.0, cloud_out = 2.0, edge = 0.5, currency = \"EUR\", date = "
    "\"2026-03-02\", source = \"list\" }\n";

}  // namespace

TEST_CASE("a routed load becomes its command line") {
  const auto words = argv(
      hybrid(std::string("local_labels = [\"private\"]\nboth = \"10%\"\nfallback = false\n"
                         "link = { rtt = \"80ms\", loss = \"1%\", up_kbit_s = 2000.0, outages = "
                         "\"1h:30s\" }\n") +
             kPrices));
  CHECK(words[1] == "hybrid");
  for (const char* word :
       {"--edge-url=http://127.0.0.1:1", "--cloud-url=http://127.0.0.1:2", "--rule=length",
        "--threshold=9.000000", "--local-label=private", "--both=10%", "--no-fallback",
        "--rtt=80ms", "--loss=1%", "--up=2000.000000", "--outages=1h:30s", "--outage-kind=refuse",
        "--price-cloud-out=2.000000", "--price-date=2026-03-02", "--seed=1", "--prompts=mixed"}) {
    INFO(word);
    CHECK(has(words, word));
  }
}

TEST_CASE("a rule without what it needs, or with what it does not, is a fault") {
  CHECK(faulty(rule("rule = \"length\"\n"), "has no threshold"));
  CHECK(faulty(rule("rule = \"confidence\"\nthreshold = 2.0\n"), "from 0 to 1"));
  CHECK(faulty(rule("rule = \"label\"\n"), "has no cloud_labels"));
  CHECK(
      faulty(rule("rule = \"label\"\ncloud_labels = [\"a\"]\nthreshold = 2.0\n"), "does nothing"));
  CHECK(faulty(rule("rule = \"budget\"\n"), "has no budget"));
  CHECK(faulty(rule("rule = \"budget\"\nbudget = 1.0\n"), "needs prices"));
  CHECK_FALSE(faulty(rule(std::string("rule = \"budget\"\nbudget = 1.0\n") + kPrices), "budget"));
}

TEST_CASE("links, prices and addresses that cannot be are faults with their place") {
  CHECK(faulty(hybrid("link = { outages = \"1h\" }\n"), "outages '1h' is none"));
  CHECK(faulty(hybrid("link = { trace = \"l.csv\", rtt = \"1ms\" }\n"), "stands beside a trace"));
  CHECK(faulty(hybrid("prices = { cloud_in = 1.0 }\n"), "has no 'date'"));
  const auto priced = [](const std::string& what, const std::string& by) {
    std::string prices = kPrices;
    return hybrid(prices.replace(prices.find(what), what.size(), by));
  };
  CHECK(faulty(priced("2026-03-02", "2026-02-30"), "date is no day"));
  CHECK(faulty(priced("2026-03-02", "last week"), "date is no day"));
  CHECK(faulty(priced("cloud_out = 2.0", "cloud_out = -2.0"), "cloud_out"));
  CHECK(faulty(priced("currency = \"EUR\", ", ""), "has no 'currency'"));
  CHECK(faulty(priced("source = \"list\"", "source = 7"), "source"));
  CHECK(faulty(hybrid("rate = 2.0\n"), "rate does nothing"));
  CHECK(faulty(hybrid("arrivals = \"poisson\"\n"), "has no rate"));
  CHECK(faulty(hybrid("", "edge = { url = \"h:1\" }"), "is no address"));
  CHECK(faulty(hybrid("", "edge = { api = \"chat\" }"), "has no 'url'"));
}
