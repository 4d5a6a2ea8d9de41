// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/cores.hpp"

#include <algorithm>
#include <thread>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;
using Cores = std::vector<std::size_t>;

TEST_CASE("cores: a set is written as the kernel writes it") {
  CHECK(parse_core_set("0").value() == Cores{0});
  CHECK(parse_core_set("0-3,6").value() == Cores{0, 1, 2, 3, 6});
  CHECK(parse_core_set("6,0-1,1").value() == Cores{0, 1, 6});
  CHECK(core_set_text({0, 1, 6}) == "0,1,6");
  CHECK(core_set_text({}).empty());
  for (const char* wrong : {"", ",", "a", "1-", "-1", "3-1", "1,,2", "1 2", "99999999999999999999",
                            "0-4000000000", "0x1"}) {
    INFO(wrong);
    CHECK_FALSE(parse_core_set(wrong));
  }
}

TEST_CASE("cores: binding holds for a while, and a core that is not there is refused") {
  const Cores before = allowed_core_list();
  REQUIRE_FALSE(before.empty());
  CHECK(allowed_cores() == before.size());
  {
    const BoundTo one({before.back()});
    CHECK(one.bound());
    CHECK(allowed_core_list() == Cores{before.back()});
    Cores inherited;
    std::thread([&] { inherited = allowed_core_list(); }).join();
    CHECK(inherited == Cores{before.back()});
  }
  CHECK(allowed_core_list() == before);
  const auto none = bind_to_cores({before.back() + 1});
  REQUIRE_FALSE(none);
  CHECK(none.error().what.find("does not exist") != std::string::npos);
  CHECK_FALSE(bind_to_cores({}));
  CHECK(allowed_core_list() == before);
}
