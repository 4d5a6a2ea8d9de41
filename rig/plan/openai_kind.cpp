// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/openai_kind.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rig/base/client_place.hpp"
#include "rig/base/container_run.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/url.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

using Flag = std::pair<const char*, const char*>;  // key of the profile, option of the client
struct Text {
  const char *key, *flag, *fallback;
};

void check_address(const TableReader& table, const std::string& url, Build& build) {
  // As it will be once a board's host stands in it.
  const auto parsed = parse_http_url(with_board_host(url, "127.0.0.1"));
  if (parsed) return;
  build.faults.add(table.place("url"), table.where() + " url: " + parsed.error().what,
                   parsed.error().remedy);
}

void check_client(const TableReader& table, const std::string& url, Build& build) {
  if (table.text("client") != "board" || !url.starts_with("https:")) return;
  build.faults.add(table.place("client"),
                   table.where() + " client = \"board\" cannot ask an https address: what is "
                                   "deployed to boards speaks no TLS",
                   "write http://, or client = \"rig\"");
}

void check_start(const TableReader& table, const std::vector<std::string>& start, Build& build) {
  if (const auto run = container_run(start); !run) {
    build.faults.add(table.place("start"), table.where() + " start: " + run.error().what,
                     run.error().remedy);
  }
  const bool names_model = std::ranges::any_of(start, [](const std::string& word) {
    return word.find("{model_file}") != std::string::npos;
  });
  if (names_model == table.has("model_file")) return;
  if (names_model) {
    build.faults.add(table.place("start"), table.where() + " start says {model_file}, which is none",
                     "add model_file = \"model.gguf\"");
    return;
  }
  build.faults.add(table.place("model_file"), table.where() + " model_file is not used by start",
                   "write {model_file} where start names it");
}

void check_duty(const TableReader& table, const std::string& duty, Build& build) {
  const std::size_t colon = duty.find(':');
  const auto period = parse_duration(duty.substr(0, colon));
  const auto share =
      colon == std::string::npos ? Result<double>(Error{}) : parse_ratio(duty.substr(colon + 1));
  if (period && *period > 0 && share && *share > 0 && *share <= 1) return;
  build.faults.add(table.place("duty"),
                   table.where() + " duty '" + shown(duty) + "' is no duty cycle",
                   "write PERIOD:SHARE, such as \"60s:50%\"");
}

// A rate that nobody asked for would be a guess.
void check_arrivals(const TableReader& table, const std::string& arrivals, Build& build) {
  const bool needs_rate = arrivals != "closed" && arrivals != "trace";
  const auto missing = [&](const char* key, const char* why) {
    build.faults.add(table.place("arrivals"),
                     table.where() + " arrivals = \"" + arrivals + "\" has no " + key, why);
  };
  if (needs_rate && !table.has("rate")) missing("rate", "add rate = 5.0 (requests a second)");
  if (arrivals == "ramp" && !table.has("ramp_over"))
    missing("ramp_over", "add ramp_over = \"60s\"");
  if (arrivals == "trace" && !table.has("trace")) missing("trace", "add trace = FILE");
  if (needs_rate || arrivals == "trace") return;
  for (const char* key : {"rate", "ramp_over", "trace", "duty", "burstiness"}) {
    if (!table.has(key)) continue;
    build.faults.add(table.place(key), table.where() + " " + key + " does nothing in a closed loop",
                     "say how requests come: arrivals = \"poisson\"");
  }
}

void read_slo(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const TableReader slo(table.find("slo"), {"slo"}, table.where() + " slo", build.faults);
  for (const char* key : {"ttft", "tpot", "latency"}) {
    if (slo.duration(key))
      spec.argv.insert(spec.argv.end(), {"--slo", key + ("=" + *slo.text(key))});
  }
}

}  // namespace

void fill_openai(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string url = table.text("url").value_or("");
  check_address(table, url, build);
  check_client(table, url, build);
  spec.argv = {"soakrig-work", "openai", "--url", url};
  const auto pass = [&](const char* flag, const std::string& value) {
    // With '=', so that a value may begin with '-'.
    spec.argv.push_back(std::string(flag) + "=" + value);
  };
  // A default that the profile documents is said, so that the run's file shows it.
  for (const auto& [key, flag, fallback] :
       {Text{"model", "--model", ""}, Text{"api", "--api", "chat"},
        Text{"first_token", "--first-token", "content"}, Text{"prompts", "--prompts", "chat"},
        Text{"language", "--language", "en"}, Text{"prompt_words", "--prompt-words", ""},
        Text{"duty", "--duty", ""}, Text{"token_env", "--token-env", ""},
        Text{"client", "--client", ""},
        Text{"canary", "--canary", ""}, Text{"timeout", "--timeout", "120s"},
        Text{"stall", "--stall", "30s"}, Text{"ready_within", "--ready-within", "60s"},
        Text{"ramp_over", "--ramp-over", ""}}) {
    const std::string value = table.text(key).value_or(fallback);
    if (!value.empty()) pass(flag, value);
  }
  for (const auto& [key, flag] :
       {Flag{"trace", "--trace"}, Flag{"prompt_file", "--prompt-file"}, Flag{"prompt_lengths", "--prompt-lengths"},
        Flag{"token_file", "--token-file"}, Flag{"ca_file", "--ca-file"}}) {
    if (const auto path = table.text(key)) pass(flag, resolve_path(build.folder, *path));
  }
  pass("--answer-tokens", std::to_string(table.integer("answer_tokens").value_or(64)));
  pass("--streams", std::to_string(table.integer("streams").value_or(1)));
  pass("--most-open", std::to_string(table.integer("most_open").value_or(1024)));
  for (const auto& [key, flag] : {Flag{"rate", "--rate"}, Flag{"ramp_from", "--ramp-from"},
                                  Flag{"burstiness", "--burstiness"}}) {
    if (const auto number = table.number(key)) pass(flag, std::to_string(*number));
  }
  const std::string arrivals = table.text("arrivals").value_or("closed");
  if (arrivals != "closed") pass("--arrivals", arrivals);
  check_arrivals(table, arrivals, build);
  if (const auto duty = table.text("duty")) check_duty(table, *duty, build);
  for (const auto& [key, flag] :
       {Flag{"same_prefix", "--same-prefix"}, Flag{"may_stop", "--may-stop"}}) {
    if (table.boolean(key).value_or(false)) spec.argv.emplace_back(flag);
  }
  if (!table.boolean("stream").value_or(true)) spec.argv.emplace_back("--whole");
  if (!table.boolean("verify").value_or(true)) spec.argv.emplace_back("--no-verify");
  pass("--seed", std::to_string(seed_of(table, build)));
  read_slo(table, spec, build);
  std::vector<std::string> start = table.texts("start");
  if (!start.empty() && start[0].find('/') != std::string::npos) {
    start[0] = resolve_path(build.folder, start[0]);
  }
  for (const std::string& word : start) pass("--start", word);
  check_start(table, start, build);
  // In two words: where a board has the file elsewhere, the second is another there.
  if (const auto file = table.text("model_file")) {
    spec.argv.insert(spec.argv.end(), {"--model-file", resolve_path(build.folder, *file)});
  }
  spec.device = table.text("device").value_or("cpu");
  spec.precision = table.text("precision").value_or("");
  spec.model = table.text("model").value_or("");
}

}  // namespace soakrig::plan
