// SPDX-License-Identifier: Apache-2.0
//
// What `fit` needs of a GGUF file: its dimensions, and bits a weight from the tensors that are in
// it, so that a mixture (Q4_K_M is Q4_K with some Q6_K) counts as what it is. Pure.
#pragma once

#include <string>

#include "rig/base/result.hpp"
#include "workloads/model/fit.hpp"
#include "workloads/model/gguf_head.hpp"

namespace soakrig::workloads {

struct FitFile {
  Shape shape;
  FitFormat
      format;  // bits as they are in this file; its name is "q4_0" if all projections are that
  std::string formats;  // of the quantised tensors, the one with most bytes first: "q4_k+q6_k"
};

// Any dense architecture whose keys are named as llama's. Errc::unsupported where experts are
// chosen for each token: what a step reads is then not what is stored.
[[nodiscard]] Result<FitFile> fit_file(const GgufHead& head);
// Of a file; errors name it. Only its head is read.
[[nodiscard]] Result<FitFile> read_fit_file(const std::string& path);

}  // namespace soakrig::workloads
