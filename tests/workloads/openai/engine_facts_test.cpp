// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/engine_facts.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("facts are kept as the engine tells them") {
  std::map<std::string, std::string> facts;
  add_engine_facts(
      "/v1/models",
      R"({"data":[{"id":"m","meta":{"n_params":8030261312,"size":4912898304,"n_ctx":4096}}]})",
      facts);
  add_engine_facts("/props", R"({"total_slots":2,"build_info":"b6497"})", facts);
  CHECK(facts == std::map<std::string, std::string>{{"engine_model", "m"},
                                                    {"engine_parameters", "8030261312"},
                                                    {"engine_model_bytes", "4912898304"},
                                                    {"engine_context", "4096"},
                                                    {"engine_slots", "2"},
                                                    {"engine_version", "b6497"}});
  add_engine_facts("/version", R"({"version":"0.9.1"})", facts);
  CHECK(facts["engine_version"] == "0.9.1");
}

TEST_CASE("what is no such answer tells nothing, and text is bounded") {
  std::map<std::string, std::string> facts;
  for (const char* body : {"", "<html>", "[]", "{\"data\":{}}", "{\"data\":[]}", "{\"data\":[3]}",
                           "{\"data\":[{\"id\":{},\"meta\":7}]}"}) {
    for (const std::string& path : fact_paths()) add_engine_facts(path, body, facts);
  }
  CHECK(facts.empty());
  add_engine_facts("/version", "{\"version\":\"" + std::string(5000, 'v') + "\\n\"}", facts);
  CHECK(facts["engine_version"].size() == 200);
}
