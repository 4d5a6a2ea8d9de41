// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/frames_kind.hpp"

#include <charconv>

#include "rig/base/quantity.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

bool nice_ok(const std::string& text) {
  int number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && number >= 0 && number <= 19;
}

}  // namespace

void fill_frames(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::int64_t streams = table.integer("streams").value_or(4);
  spec.precision = table.text("precision").value_or("int8");
  spec.argv = {"soakrig-work", "frames"};
  pass(spec, "--streams", streams);
  pass(spec, "--fps", plain(table.number("fps").value_or(30)));
  pass(spec, "--size", table.integer("size").value_or(512));
  pass(spec, "--precision", spec.precision);
  if (table.duration("deadline")) pass(spec, "--deadline", *table.text("deadline"));
  const std::vector<std::string> nice = table.texts("nice");
  if (nice.size() > static_cast<std::size_t>(streams)) {
    build.faults.add(table.place("nice"), table.where() + " nice has more entries than streams",
                     "one for each at most");
  }
  for (const std::string& each : nice) {
    if (!nice_ok(each)) {
      build.faults.add(table.place("nice"), table.where() + " nice: '" + shown(each) + "' is none",
                       "write \"0\" (the most important) to \"19\"");
    }
    pass(spec, "--nice", each);
  }
  for (const std::string& each : table.texts("stall")) {
    const std::size_t mark = each.find('@');
    if (mark == std::string::npos || mark == 0 || !parse_duration(each.substr(mark + 1))) {
      build.faults.add(table.place("stall"),
                       table.where() + " stall: '" + shown(each) + "' is none",
                       "write STREAM@AFTER, such as \"2@3s\", \"all@3s\" or \"late:1@3s\"");
    }
    pass(spec, "--stall", each);
  }
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--check-every", table.integer("check_every").value_or(30));
  pass_cores_and_trouble(table, spec, build);
  spec.work = "frames";
  spec.unit = "{frames}";
}

}  // namespace soakrig::plan
