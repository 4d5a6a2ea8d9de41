// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/quality_kind.hpp"

#include <array>
#include <charconv>

#include "rig/base/client_place.hpp"
#include "rig/base/quality_bars.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/url.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

void check_address(const TableReader& table, const char* key, const std::string& url,
                   Build& build) {
  const auto parsed = parse_http_url(with_board_host(url, "127.0.0.1"));
  if (!parsed) {
    build.faults.add(table.place(key), table.where() + " " + key + ": " + parsed.error().what,
                     parsed.error().remedy);
  } else if (parsed->tls) {
    build.faults.add(table.place(key),
                     table.where() + " " + key + ": https is not asked for quality",
                     "write http://HOST:PORT");
  }
}

std::string shortest(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

void fill_quality(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = {"soakrig", "quality"};
  const Nanos every = table.duration("every").value_or(30 * kSecond);
  if (every >= spec.hang_after) {
    build.faults.add(table.place(table.has("every") ? "every" : "hang_after"),
                     table.where() + " every is no shorter than hang_after, " +
                         format_duration(spec.hang_after) + ", and would count as hanging",
                     "raise hang_after or shorten every");
  }
  pass(spec, "--every", table.text("every").value_or("30s"));
  pass(spec, "--prompts", table.integer("prompts").value_or(4));
  pass(spec, "--tokens", table.integer("tokens").value_or(8));
  pass(spec, "--each", table.integer("each").value_or(1));
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--timeout", table.text("timeout").value_or("60s"));
  if (const auto tasks = table.text("tasks"))
    pass(spec, "--tasks", resolve_path(build.folder, *tasks));
  if (const auto model = table.text("model")) pass(spec, "--model", *model);
  for (const QualityBarKey& bar : quality_bar_keys()) {
    if (const auto value = table.number(bar.key)) pass(spec, bar.flag, shortest(*value));
  }
  for (const char* key : {"reference", "url"}) {
    const std::string url = table.text(key).value_or("");
    if (!url.empty()) check_address(table, key, url, build);
    spec.argv.push_back(url);
  }
  spec.work = "questions";
  spec.unit = "{question}";
}

}  // namespace soakrig::plan
