// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/clients.hpp"

#include <algorithm>
#include <string>

#include "rig/base/client_place.hpp"
#include "rig/base/url.hpp"

namespace soakrig::plan {

namespace {

bool is_loopback(const std::string& url) {
  const auto parsed = parse_http_url(url);
  return parsed &&
         (parsed->host == "localhost" || parsed->host == "::1" || parsed->host.starts_with("127."));
}

// Of the engine that is soaked. A quality workload names it last, behind its reference.
std::string url_of(const WorkloadSpec& workload) {
  if (workload.kind == "quality") return workload.argv.back();
  const auto flag = std::ranges::find(workload.argv, "--url");
  return flag == workload.argv.end() ? "" : *(flag + 1);
}

bool has_start(const WorkloadSpec& workload) {
  return std::ranges::any_of(workload.argv,
                             [](const std::string& word) { return word.starts_with("--start="); });
}

}  // namespace

void check_clients(const TableReader& reader, const BoardSpec& board, Build& build) {
  if (board.connect == "local") return;
  const auto complain = [&](const WorkloadSpec& workload, const char* what, const char* remedy) {
    build.faults.add(reader.place("connect"),
                     reader.where() + ": workload '" + shown(workload.name) + "' " + what, remedy);
  };
  for (const WorkloadSpec& workload : build.spec.workloads) {
    if (!asks_engine(workload)) continue;
    const std::string url = url_of(workload);
    if (!asks_from_rig(workload)) {
      if (url.starts_with("https:")) {
        complain(workload, "asks an https address, and what is deployed to boards speaks no TLS",
                 "write http://, or client = \"rig\"");
      }
    } else if (has_start(workload)) {
      complain(workload, "has its client on the rig, which would start the engine there",
               "start the engine on the board by other means, or leave client out");
    } else if (is_loopback(url)) {
      complain(workload, "has its client on the rig, whose loopback is not the board's",
               "write url = \"http://{board}:PORT\": the board's own host is filled in");
    }
  }
}

}  // namespace soakrig::plan
