// SPDX-License-Identifier: Apache-2.0
//
// The fields of an event's body, without a JSON library in this header. A body that is no JSON
// object, or a field of another type than asked for, is absent: what was stored is not trusted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::analysis {

class EventBody {
 public:
  explicit EventBody(std::string_view json);

  [[nodiscard]] std::optional<std::string> text(const std::string& key) const;
  [[nodiscard]] std::optional<double> number(const std::string& key) const;
  [[nodiscard]] std::optional<bool> flag(const std::string& key) const;
  // An array's elements as text (strings as they are, anything else as JSON); empty when absent.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key) const;
  // Every member that is a text.
  [[nodiscard]] const std::map<std::string, std::string>& all_texts() const { return texts_; }
  // A member that is an object itself.
  [[nodiscard]] std::optional<EventBody> object(const std::string& key) const;

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, double> numbers_;
  std::map<std::string, bool> flags_;
  std::map<std::string, std::vector<std::string>> lists_;
  std::map<std::string, std::string> objects_;  // as JSON
};

}  // namespace soakrig::analysis
