// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_file.hpp"

#include <algorithm>
#include <charconv>

#include "rig/base/quantity.hpp"
#include "rig/base/toml_value.hpp"
#include "workloads/exec/engine_rules.hpp"
#include "workloads/exec/toml_keys.hpp"

namespace soakrig::workloads {

namespace {

bool is_word_part(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

std::map<int, std::string> read_codes(const TomlKeys& exit, std::string_view key) {
  std::map<int, std::string> out;
  for (const auto& [text, meaning] : exit.words(key)) {
    int code = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (failed != std::errc{} || end != text.data() + text.size() || code < 0 || code > 255) {
      exit.fail(key, "'" + text.substr(0, 64) + "' is no exit code",
                "write { 3 = \"what it means\" }, 0 to 255");
    }
    out.emplace(code, meaning);
  }
  return out;
}

void read_exit(const TomlValue& table, const std::string& file, EngineFile& out) {
  const TomlKeys keys(table, "[exit]", file, {"ok", "skip", "fail"});
  if (const TomlValue* ok = keys.find("ok")) {
    out.ok.clear();
    for (const TomlValue& item : ok->items) {
      if (!item.is(TomlValue::Kind::integer) || item.integer < 0 || item.integer > 255) {
        keys.fail("ok", "ok is a list of exit codes", "write ok = [0]");
      }
      out.ok.push_back(static_cast<int>(item.integer));
    }
    if (out.ok.empty()) keys.fail("ok", "ok is a list of exit codes", "write ok = [0]");
  }
  out.skip = read_codes(keys, "skip");
  out.fail = read_codes(keys, "fail");
}

void read_version(const TomlValue& table, const std::string& file, EngineFile& out) {
  const TomlKeys keys(table, "[version]", file, {"argv", "line"});
  out.version_argv = keys.texts("argv");
  out.version_line = read_pattern(keys, "line");
  const bool finds = out.version_line && !out.version_line->names().empty() &&
                     out.version_line->names().front() == "version";
  if (out.version_argv.empty() || !finds) {
    keys.fail("line", "a version query needs argv, and a line that finds (?<version>…)",
              "such as argv = [\"prog\", \"--version\"], line = 'version (?<version>\\S+)'");
  }
}

// A word that no option explains would reach the program as it stands.
void check_words(const TomlKeys& keys, std::string_view key, std::string_view text,
                 const EngineFile& engine) {
  for (const std::string& word : words_in(text)) {
    if (word == "cores" || engine.options.count(word) > 0) continue;
    std::vector<std::string> known{"cores"};
    for (const auto& option : engine.options) known.push_back(option.first);
    const std::string near = nearest_word(word, known);
    keys.fail(key, "no option is called '" + word + "'",
              near.empty() ? "add it to [options]" : "did you mean {" + near + "}?");
  }
}

EngineFile read_engine(const TomlValue& root, const std::string& file) {
  const TomlKeys keys(root, "engine file", file,
                      {"engine", "summary", "verified", "argv", "output", "side_by_side",
                       "ops_per_work", "options", "environment", "version", "exit", "work", "gauge",
                       "check", "accuracy", "refused", "fallback"});
  EngineFile out;
  out.name = keys.needed("engine");
  out.summary = keys.needed("summary");
  out.verified = keys.texts("verified");
  out.argv = keys.texts("argv");
  if (out.argv.empty() || out.argv.front().empty()) {
    keys.fail("argv", "argv is missing", "add it: the program and its arguments");
  }
  const std::string form = keys.text("output").value_or("text");
  if (form == "json") {
    out.output = OutputForm::json;
  } else if (form == "json-lines") {
    out.output = OutputForm::json_lines;
  } else if (form != "text") {
    keys.fail("output", "output must be \"text\", \"json-lines\" or \"json\"", "correct it");
  }
  out.side_by_side = keys.boolean("side_by_side").value_or(false);
  out.ops_per_work = keys.number("ops_per_work");
  if (out.ops_per_work && *out.ops_per_work <= 0) {
    keys.fail("ops_per_work", "ops_per_work must be above 0", "correct it");
  }
  out.options = keys.words("options");
  for (const auto& option : out.options) {
    if (!std::ranges::all_of(option.first, is_word_part) || option.first == "cores") {
      keys.fail("options", "'" + option.first.substr(0, 64) + "' is no name of an option",
                "lower-case letters, digits and '_'; cores is the number of this machine's");
    }
  }
  out.environment = keys.words("environment");
  for (const auto& [name, value] : out.environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      keys.fail("environment", "'" + name.substr(0, 64) + "' is no variable", "correct it");
    }
    check_words(keys, "environment", value, out);
  }
  for (const std::string& arg : out.argv) check_words(keys, "argv", arg, out);
  if (const TomlValue* version = keys.find("version")) read_version(*version, file, out);
  if (const TomlValue* exit = keys.find("exit")) read_exit(*exit, file, out);
  out.rules = read_rules(root, file, out.output);
  for (const Rule& rule : out.rules) {
    for (const std::string* text : {&rule.min, &rule.max, &rule.asked, &rule.part, &rule.ran_on,
                                    &rule.done, &rule.of}) {
      for (const std::string& word : words_in(*text)) {
        if (word == "cores" || out.options.count(word) > 0) continue;
        throw Error{Errc::invalid, "no option is called '" + word + "'", "add it to [options]",
                    file, rule.at};
      }
    }
  }
  if (out.rules.empty() || out.rules.front().kind != RuleKind::work) {
    keys.fail("work", "nothing here is work, so no speed can be judged", "add a [[work]]");
  }
  return out;
}

}  // namespace

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && is_word_part(text[end])) ++end;
    if (end > at + 1 && end < text.size() && text[end] == '}') {
      out.emplace_back(text.substr(at + 1, end - at - 1));
    }
  }
  return out;
}

Result<EngineFile> parse_engine_file(std::string_view text, const std::string& file) {
  if (text.size() > kMaxEngineBytes) {
    return Error{Errc::full, "larger than " + std::to_string(kMaxEngineBytes / 1024) + " KiB",
                 "an engine file is a page of text", file, 0};
  }
  const auto root = parse_toml(text, file);
  if (!root) return root.error();
  try {
    return read_engine(*root, file);
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace soakrig::workloads
