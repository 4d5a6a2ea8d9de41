// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/word_lengths.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

namespace soakrig::workloads {

namespace {

constexpr std::size_t kMostListed = 100'000;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> length(std::string_view text) {
  const auto words = number<std::int64_t>(text);
  return words && *words >= 1 && *words <= WordLengths::kMost ? words : std::nullopt;
}

// Box and Muller, 1958.
double standard_normal(double one, double other) {
  return std::sqrt(-2 * std::log(1 - one)) * std::cos(2 * std::numbers::pi * other);
}

}  // namespace

std::int64_t WordLengths::at(double one, double other) const {
  double words = 1;
  switch (shape) {
    case Shape::as_it_is:
      break;
    case Shape::uniform:
      words = static_cast<double>(least) +
              std::floor(one * static_cast<double>(most - least + 1));
      break;
    case Shape::normal:
      words = middle + spread * standard_normal(one, other);
      break;
    case Shape::lognormal:
      words = middle * std::exp(spread * standard_normal(one, other));
      break;
    case Shape::listed:
      return list[std::min(list.size() - 1,
                           static_cast<std::size_t>(one * static_cast<double>(list.size())))];
  }
  return static_cast<std::int64_t>(
      std::round(std::clamp(words, 1.0, static_cast<double>(kMost))));
}

Result<WordLengths> parse_word_lengths(std::string_view text) {
  const Error wrong{Errc::invalid, "'" + std::string(text.substr(0, 60)) + "' is no length",
                    "write 200, 100..400, normal:MEAN,DEVIATION or lognormal:MEDIAN,SIGMA, up to "
                    "200000 words"};
  WordLengths out;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view name = text.substr(0, colon), rest = text.substr(colon + 1);
    const std::size_t comma = rest.find(',');
    if ((name != "normal" && name != "lognormal") || comma == std::string_view::npos) return wrong;
    const auto middle = number<double>(rest.substr(0, comma));
    const auto spread = number<double>(rest.substr(comma + 1));
    const bool fits = middle && spread && *middle >= 1 && *middle <= WordLengths::kMost &&
                      *spread >= 0 && *spread <= (name == "normal" ? WordLengths::kMost : 5);
    if (!fits) return wrong;
    out.shape = name == "normal" ? WordLengths::Shape::normal : WordLengths::Shape::lognormal;
    out.middle = *middle;
    out.spread = *spread;
    return out;
  }
  const std::size_t dots = text.find("..");
  const auto least = length(text.substr(0, dots));
  const auto most = dots == std::string_view::npos ? least : length(text.substr(dots + 2));
  if (!least || !most || *least > *most) return wrong;
  out.shape = WordLengths::Shape::uniform;
  out.least = *least;
  out.most = *most;
  return out;
}

Result<WordLengths> parse_length_list(std::string_view text, const std::string& name) {
  WordLengths out;
  out.shape = WordLengths::Shape::listed;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!word.empty() && (word.back() == '\r' || word.back() == ' ')) word.remove_suffix(1);
    if (word.empty()) continue;
    const auto words = length(word);
    if (!words) {
      return Error{Errc::invalid, "this is no number of words", "write 1 to 200000 on each line",
                   name, line};
    }
    if (out.list.size() == kMostListed) {
      return Error{Errc::full, "there are more than 100000 lengths", "shorten the file", name,
                   line};
    }
    out.list.push_back(*words);
  }
  if (out.list.empty()) {
    return Error{Errc::invalid, "there is no length in it", "write one a line", name};
  }
  return out;
}

}  // namespace soakrig::workloads
