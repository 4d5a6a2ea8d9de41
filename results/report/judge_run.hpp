// SPDX-License-Identifier: Apache-2.0
//
// From a stored run to its verdict and document: what the controller calls when a run ends, and
// what `show` does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/store/reader.hpp"
#include "rig/base/result.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::report {

struct Judged {
  Verdict verdict = Verdict::inconclusive;
  std::string json;  // the document of `show --json`: hand both to Writer::set_judgement
};

// Judges a run that is over, whatever its file says: to be called on the live file by its
// controller, once everything is flushed and before the writer finishes.
[[nodiscard]] Result<Judged> judge_run(const store::Reader& reader);

struct Shown {
  std::optional<Verdict> verdict;  // none while it runs, and for an interrupted run
  std::string json;
};

// Whether show_run compares samples with their hashes too. In a file beyond 512 MiB it compares all
// else, and `soakrig verify` the samples: nobody waits minutes for a verdict.
[[nodiscard]] bool compares_samples(const store::Reader& reader);

// The stored judgement of a run that ended, with its present state and place; for any other run it
// is judged anew, without a verdict.
[[nodiscard]] Result<Shown> show_run(const store::Reader& reader);

}  // namespace soakrig::report
