// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/pattern.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace soakrig::workloads {

struct Pattern::Compiled {
  boost::regex regex;
};

namespace {

bool is_name_part(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// The groups' names: the library can be asked for a group only by a name that one knows.
std::vector<std::string> names_in(std::string_view expression) {
  std::vector<std::string> out;
  for (std::size_t at = expression.find("(?<"); at != std::string_view::npos;
       at = expression.find("(?<", at + 1)) {
    std::size_t end = at + 3;
    while (end < expression.size() && is_name_part(expression[end])) ++end;
    if (end == at + 3 || end >= expression.size() || expression[end] != '>') continue;
    std::string name(expression.substr(at + 3, end - at - 3));
    if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

Error bad(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view expression) {
  if (expression.empty()) return bad("an empty regular expression", "write what a line looks like");
  if (expression.size() > kMaxLength) {
    return bad("a regular expression of more than " + std::to_string(kMaxLength) + " characters",
               "shorten it");
  }
  Pattern out;
  try {
    out.compiled_ = std::make_shared<const Compiled>(
        boost::regex(expression.begin(), expression.end(), boost::regex::perl));
  } catch (const boost::regex_error& error) {
    return bad("not a regular expression, at character " + std::to_string(error.position() + 1) +
                   ": " + std::string(error.what()).substr(0, 120),
               "correct it; a literal bracket or dot needs a backslash before it");
  } catch (const std::runtime_error&) {
    return bad("a regular expression that is too large", "simplify it");
  }
  out.names_ = names_in(expression);
  return out;
}

std::optional<Pattern::Groups> Pattern::find(std::string_view line) const {
  line = line.substr(0, kMaxSearched);
  boost::match_results<std::string_view::const_iterator> found;
  try {
    if (!boost::regex_search(line.begin(), line.end(), found, compiled_->regex)) {
      return std::nullopt;
    }
  } catch (const std::runtime_error&) {  // too many steps
    ++given_up_;
    return std::nullopt;
  }
  Groups out;
  for (const std::string& name : names_) {
    const auto& group = found[name];
    if (group.matched) out.emplace(name, group.str().substr(0, kMaxCapture));
  }
  return out;
}

std::optional<double> parse_number(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ',') plain += c;
  }
  while (!plain.empty() && (plain.back() == ' ' || plain.back() == '\t')) plain.pop_back();
  const char* begin = plain.data();
  const char* end = begin + plain.size();
  while (begin != end && (*begin == ' ' || *begin == '\t')) ++begin;
  if (begin != end && *begin == '+') ++begin;
  double value = 0;
  const auto [at, failed] = std::from_chars(begin, end, value);
  if (failed != std::errc{} || at != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace soakrig::workloads
