// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/null_server.hpp"

#include "tests/support/catch.hpp"
#include "workloads/openai/load_client.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("it answers at once, or a token each interval, with the count it was told") {
  const SystemClock clock;
  for (const Nanos interval : {Nanos{0}, 5 * kMillisecond}) {
    const auto server =
        start_null_server({.tokens = 7, .interval = interval, .stamped = false}).value();
    ClientOptions options;
    options.url = parse_http_url("http://127.0.0.1:" + std::to_string(server->port())).value();
    const auto client = make_load_client(options, Prompts::make({}).value(), clock).value();
    client->run_requests(2, 10 * kSecond);
    CHECK(client->totals().tokens == 7 * client->totals().requests);
    const ClientWindow window = client->take_window();
    REQUIRE(window.last);
    CHECK(window.last->chunks == 7);
    if (interval > 0) CHECK(window.latency.quantile(0.01) >= 0.034);
  }
}
