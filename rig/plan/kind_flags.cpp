// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/kind_flags.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "rig/base/load_shape.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::plan {

namespace {

const std::vector<std::string> kInjections = {
    "crash", "hang", "garbage", "silent", "endless-line", "exit", "leak", "error", "error-small"};

bool exit_code_ok(std::string_view code) {
  int number = -1;
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
  return failed == std::errc{} && end == code.data() + code.size() && number >= 0 && number <= 255;
}

// KIND@AFTER, of which only exit takes a code: "exit:3@10s".
void check_injection(const std::string& text, const Value& at, const std::string& where,
                     Faults& faults) {
  const std::size_t mark = text.find('@');
  const std::string head = text.substr(0, mark);
  const std::size_t colon = head.find(':');
  const std::string kind = head.substr(0, colon);
  if (std::ranges::find(kInjections, kind) == kInjections.end()) {
    faults.add(at, where + " inject: no trouble is called '" + shown(kind) + "'",
               suggestion(kind, kInjections, "there are"));
    return;
  }
  const bool has_code = colon != std::string::npos;
  if (has_code != (kind == "exit") || (has_code && !exit_code_ok(head.substr(colon + 1)))) {
    faults.add(at, where + " inject: '" + shown(text) + "' has the wrong form",
               "exit takes a code from 0 to 255 (\"exit:3@10s\"), the others take none");
  }
  if (mark == std::string::npos || !parse_duration(text.substr(mark + 1))) {
    faults.add(at, where + " inject: '" + shown(text) + "' does not say when",
               "write KIND@AFTER, such as \"crash@10s\"");
  }
}

}  // namespace

void pass(WorkloadSpec& spec, std::string_view flag, const std::string& value) {
  spec.argv.insert(spec.argv.end(), {std::string(flag), value});
}

void pass(WorkloadSpec& spec, std::string_view flag, std::optional<std::int64_t> number) {
  if (number) pass(spec, flag, std::to_string(*number));
}

std::int64_t seed_of(const TableReader& table, const Build& build) {
  return table.integer("seed").value_or(static_cast<std::int64_t>(build.spec.seed));
}

void pass_pause(const TableReader& table, WorkloadSpec& spec) {
  if (const auto pause = table.duration("pause"); pause.value_or(0) > 0) {
    pass(spec, "--pause", *table.text("pause"));
  }
}

void pass_cores_and_trouble(const TableReader& table, WorkloadSpec& spec, Build& build) {
  if (const auto cores = table.text("cores")) {
    constexpr std::string_view kKinds[] = {"all", "big", "little", "physical"};
    if (std::ranges::find(kKinds, *cores) == std::end(kKinds) &&
        (cores->empty() || cores->find_first_not_of("0123456789,-") != std::string::npos)) {
      build.faults.add(table.place("cores"),
                       table.where() + " cores: '" + shown(*cores) + "' is no set of cores",
                       "write it like \"0-3,6\", or all, big, little or physical");
    }
    pass(spec, "--cores", *cores);
  }
  for (const std::string& trouble : table.texts("inject")) {
    check_injection(trouble, table.place("inject"), table.where(), build.faults);
    pass(spec, "--inject", trouble);
  }
}

void pass_common(const TableReader& table, WorkloadSpec& spec, Build& build) {
  pass_pause(table, spec);
  if (const auto load = table.text("load"); load && *load != "constant") {
    const auto shape = LoadShape::parse(*load);
    if (!shape) {
      build.faults.add(table.place("load"), table.where() + " load: " + shape.error().what,
                       shape.error().remedy);
    } else if (shape->longest_idle() >= spec.hang_after) {
      build.faults.add(table.place("load"),
                       table.where() + " load idles for as long as hang_after, " +
                           format_duration(spec.hang_after) + ", and would count as hanging",
                       "raise hang_after or shorten the idle time");
    }
    pass(spec, "--load", *load);
  }
  pass_cores_and_trouble(table, spec, build);
}

}  // namespace soakrig::plan
