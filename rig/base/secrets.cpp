// SPDX-License-Identifier: Apache-2.0
#include "rig/base/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "rig/base/json_guard.hpp"

namespace soakrig {
namespace {

// Without '-' and '_', lower case. A name ends with one of these: "HF_TOKEN", "client-secret".
constexpr std::array<std::string_view, 10> kEnds = {
    "token",      "apikey", "accesskey",  "secretkey",   "privatekey",
    "signingkey", "secret", "credential", "credentials", "authorization"};
// These hide numbers too; a token that is a number is a count or a position.
constexpr std::array<std::string_view, 4> kNumberToo = {"password", "passwd", "passphrase", "pwd"};
// Or it is one of these. The path of a key is masked with the key: better a path too few.
constexpr std::array<std::string_view, 2> kWhole = {"bearer", "key"};
// Figures and positions: "ms_per_token", "first_token".
constexpr std::array<std::string_view, 2> kFigures = {"pertoken", "firsttoken"};
// How services begin the secrets that they give out, and how long the rest is at least.
constexpr std::array<std::string_view, 9> kForms = {
    "sk-", "hf_", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "AKIA"};
constexpr std::size_t kLeastForm = 16;
constexpr std::size_t kLongestList = 4096;  // below a name, in text that is not JSON

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// As counts, positions and times are written; what is longer may well be a secret.
bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 12 &&
         text.find_first_not_of("0123456789.,+-e") == std::string_view::npos;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '-' || c == '_') continue;
    plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

// What a name hides.
enum class Hides : std::uint8_t { nothing, text, anything };

Hides hides(std::string_view name) {
  const std::string plain = plain_name(name);
  const auto ends = [&](std::string_view end) { return plain.ends_with(end); };
  if (std::ranges::any_of(kNumberToo, ends)) return Hides::anything;
  if (std::ranges::any_of(kFigures, ends)) return Hides::nothing;
  const bool secret =
      std::ranges::any_of(kEnds, ends) || std::ranges::find(kWhole, plain) != kWhole.end();
  return secret ? Hides::text : Hides::nothing;
}

bool hidden(Hides by, std::string_view value) {
  if (by == Hides::nothing || value.empty() || value == kMasked) return false;
  return by == Hides::anything || !is_number(value);
}

// "--api-key" or "--api-key=X" or "API_KEY=X": the name, which tells a secret; else empty.
std::string_view name_of(std::string_view word) {
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const bool named = !name.empty() && std::ranges::all_of(name, is_name) &&
                     (equals != std::string_view::npos || name.starts_with('-'));
  return named && hides(name) != Hides::nothing ? name : std::string_view();
}

struct Place {
  std::size_t begin = 0, end = 0;
};

// The secret in "scheme://user:X@host".
std::optional<Place> secret_of_address(std::string_view text, std::size_t slashes) {
  const std::size_t begin = slashes + 3;
  std::size_t end = begin;
  while (end < text.size() && !is_space(text[end]) &&
         std::string_view("/\"'\\<>").find(text[end]) == std::string_view::npos) {
    ++end;
  }
  const std::string_view authority = text.substr(begin, end - begin);
  const std::size_t at = authority.rfind('@'), colon = authority.find(':');
  if (at == std::string_view::npos || colon >= at || colon + 1 == at) return std::nullopt;
  if (authority.substr(colon + 1, at - colon - 1) == kMasked) return std::nullopt;
  return Place{begin + colon + 1, begin + at};
}

// Walks a text once and copies it with its secrets masked.
class Masker {
 public:
  explicit Masker(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("://")) {
        const auto place = secret_of_address(text_, at_);
        place ? address(*place) : pass(at_ + 3);
      } else if (text_.substr(at_).starts_with("-----BEGIN ")) {
        private_key();
      } else if (is_name(text_[at_])) {
        name();
      } else {
        ++at_;
      }
    }
    out_.append(text_.substr(out_to_));
    return std::move(out_);
  }

 private:
  char look(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  void pass(std::size_t at) { at_ = std::min(at, text_.size()); }
  void replace(Place place) {
    out_.append(text_.substr(out_to_, place.begin - out_to_));
    out_.append(kMasked);
    out_to_ = at_ = place.end;
  }
  // "scheme://user:X@": some services take their token as the user.
  void address(Place place) {
    const std::size_t user = at_ + 3, colon = place.begin - 1;
    out_.append(text_.substr(out_to_, user - out_to_));
    out_.append(Masker(text_.substr(user, colon - user)).run());
    out_to_ = colon;
    replace(place);
  }
  std::size_t skip_spaces(std::size_t i) const {
    while (i < text_.size() && is_space(text_[i])) ++i;
    return i;
  }
  // The end of a quote that begins at i, with the backslashes before it: `"`, `\"`, `'`. i if none.
  std::size_t skip_quote(std::size_t i) const {
    std::size_t end = i;
    while (look(end) == '\\') ++end;
    return look(end) == '"' || look(end) == '\'' ? end + 1 : i;
  }

  void private_key() {
    const std::size_t line = text_.find("-----", at_ + 11);
    if (line == std::string_view::npos ||
        text_.substr(at_, line - at_).find("PRIVATE KEY") == std::string_view::npos) {
      return pass(at_ + 5);
    }
    const std::size_t end = text_.find("-----END ", line);
    const Place inside{line + 5, end == std::string_view::npos ? text_.size() : end};
    if (text_.substr(inside.begin, inside.end - inside.begin) == kMasked) return pass(inside.end);
    replace(inside);
    pass(inside.end + 9);
  }

  void name() {
    std::size_t end = at_;
    while (end < text_.size() && is_name(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    for (const std::string_view form : kForms) {
      if (word.starts_with(form) && word.size() >= form.size() + kLeastForm) {
        return replace({at_, end});
      }
    }
    const Hides what = at_ > 0 && text_[at_ - 1] == '/' ? Hides::nothing : hides(word);
    if (what == Hides::nothing) return pass(end);
    const bool query = at_ > 0 && (text_[at_ - 1] == '?' || text_[at_ - 1] == '&');
    const auto value = value_after(word, end, query);
    if (value && hidden(what, text_.substr(value->begin, value->end - value->begin))) {
      return replace(*value);
    }
    pass(end);
  }

  // What the name stands for: after '=' or ':', after an option's blank or, in a list of quoted
  // words, after its comma.
  std::optional<Place> value_after(std::string_view word, std::size_t i, bool query) const {
    const std::string plain = plain_name(word);
    const bool option = word.starts_with('-');
    const std::size_t quoted = skip_quote(i);
    std::size_t next = quoted;
    while (look(next) == ' ' || look(next) == '\t') ++next;
    const char sign = look(next);
    if (sign == '=' || (sign == ':' && (quoted > i || option || plain != "key"))) {
      const bool header = quoted == i && plain.ends_with("authorization");
      std::string_view stops = "\"'\n\r\t ";
      if (header) stops = "\"'\n\r";  // "Authorization: Bearer X"
      if (query) stops = "\"'\n\r\t &#";
      for (++next; look(next) == ' ' || look(next) == '\t';) ++next;
      return value_at(next, stops);
    }
    if (option && quoted > i && look(skip_spaces(quoted)) == ',') {
      next = skip_spaces(skip_spaces(quoted) + 1);
      if (skip_quote(next) == next || look(skip_quote(next)) == '-') return std::nullopt;
      return value_at(next, {});
    }
    const bool blank = quoted == i && next > i && sign != '-';
    if (!blank || !(option || plain == "bearer")) return std::nullopt;
    return value_at(next, "\"'\n\r\t ");
  }

  std::optional<Place> value_at(std::size_t begin, std::string_view stops) const {
    if (look(begin) == '[' || look(begin) == '{') return list_at(begin);
    std::size_t end = begin;
    const std::size_t inside = skip_quote(begin);
    if (inside == begin) {
      while (end < text_.size() && stops.find(text_[end]) == std::string_view::npos) ++end;
      return Place{begin, end};
    }
    std::string quote(text_.substr(begin, inside - begin));
    begin = inside;
    if (text_.substr(begin).starts_with(quote + quote)) {  // TOML: """ and '''
      begin += 2 * quote.size();
      quote += quote + quote;
    }
    end = text_.find(quote, begin);
    // A quote within, escaped once more, does not end it.
    while (end != std::string_view::npos && end > begin && text_[end - 1] == '\\') {
      end = text_.find(quote, end + 1);
    }
    return Place{begin, end == std::string_view::npos ? text_.size() : end};
  }

  // All that is below the name.
  std::optional<Place> list_at(std::size_t begin) const {
    const std::string_view list = text_.substr(begin, kLongestList);
    if (list.starts_with(kMasked) || list.substr(1).starts_with(kMasked)) return std::nullopt;
    const std::size_t end = list.find(list[0] == '[' ? ']' : '}');
    return Place{begin + 1, begin + std::min(end, list.size())};
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0, out_to_ = 0;
};

// A list as a program's words; what is no text parts them.
bool mask_list(nlohmann::json& list) {
  std::vector<std::string> words;
  for (const auto& item : list) words.push_back(item.is_string() ? item.get<std::string>() : "");
  const std::vector<std::string> masked = mask_words(words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (masked[i] != words[i]) list[i] = masked[i];
  }
  return masked != words;
}

// True when something was masked. `below`: what the keys above it hide.
bool mask_value(nlohmann::json& value, Hides below) {
  bool changed = false;
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      changed |= mask_value(member, std::max(below, hides(key)));
    }
  } else if (value.is_array() && below == Hides::nothing) {
    changed = mask_list(value);
    for (auto& item : value) changed |= mask_value(item, below);
  } else if (value.is_array()) {
    for (auto& item : value) changed |= mask_value(item, below);
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    std::string masked = hidden(below, text) ? std::string(kMasked) : mask_text(text);
    changed = masked != text;
    if (changed) value = std::move(masked);
  } else if (value.is_number() && below == Hides::anything) {
    value = kMasked;
    changed = true;
  }
  return changed;
}

}  // namespace

std::optional<std::string> secret_in_clear(std::span<const std::string> words) {
  const std::vector<std::string> masked = mask_words(words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (masked[i] == word) continue;
    if (const auto name = name_of(word); !name.empty()) return std::string(name);
    if (i > 0 && masked[i] == kMasked && !name_of(words[i - 1]).empty()) return words[i - 1];
    // Up to the secret, and not the sign before it.
    const auto same = std::ranges::mismatch(word, masked[i]).in1 - word.begin();
    std::string before = word.substr(0, static_cast<std::size_t>(same));
    before.erase(before.find_last_not_of(":=\"' ") + 1);
    return before.empty() ? "its beginning" : before;
  }
  return std::nullopt;
}

std::vector<std::string> mask_words(std::span<const std::string> words) {
  std::vector<std::string> out;
  std::string_view option;  // whose value this word is
  for (const std::string& word : words) {
    const std::string_view name = name_of(word);
    const std::size_t value = name.empty() ? word.size() : std::min(name.size() + 1, word.size());
    if (!word.starts_with('-') && hidden(hides(option), word)) {
      out.emplace_back(kMasked);
    } else if (hidden(hides(name), std::string_view(word).substr(value))) {
      out.push_back(word.substr(0, value) + std::string(kMasked));
    } else {
      out.push_back(mask_text(word));
    }
    option = value == name.size() ? name : std::string_view();
  }
  return out;
}

std::string mask_text(std::string_view text) { return Masker(text).run(); }

std::string mask_json(std::string_view json) {
  auto document = parse_json(json);
  if (!document) return mask_text(json);
  if (!mask_value(*document, Hides::nothing)) return std::string(json);
  return dump_json(*document);
}

}  // namespace soakrig
