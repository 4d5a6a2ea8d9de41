// SPDX-License-Identifier: Apache-2.0
// Also tests: database.cpp new_file.cpp model.cpp
#include "results/store/schema.hpp"

#include <filesystem>
#include <set>

#include "results/store/new_file.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

Database open_database(const std::string& path, Database::Mode mode) {
  auto database = Database::open(path, mode);
  REQUIRE(database);
  return std::move(*database);
}

TEST_CASE("a new file carries its header, marks and name") {
  const test::TempDir directory;
  RunHeader header = test_header();
  header.name = "../Über night; rm -rf";
  const auto path = make_run_file(directory.path().string() + "/a/b", header);
  REQUIRE(path);
  CHECK(std::filesystem::path(*path).filename() ==
        "___ber_night__rm_-rf-20260301-120000-0a1b2c3d.soak");
  auto database = open_database(*path, Database::Mode::read_only);
  CHECK(check_schema(database).value() == 2);
  CHECK(database.query_integer("PRAGMA application_id").value() == 0x53524947);
  const auto read = read_header(database);
  REQUIRE(read);
  CHECK(read->id == header.id);
  CHECK(read->name == header.name);
  CHECK(read->start_utc_ns == header.start_utc_ns);
  CHECK(read->start_boot_ns == header.start_boot_ns);
  CHECK(read->owner == header.owner);
  CHECK(read->program_version == header.program_version);
  CHECK(read->commit == header.commit);
  CHECK(read->build_flags == header.build_flags);
  CHECK(read->host_json == header.host_json);
  CHECK(read->spec_json == header.spec_json);
  CHECK(read->profile_text == header.profile_text);
  // Nothing half-made is left beside it.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path() / "a/b")) {
    static_cast<void>(entry);
    ++files;
  }
  CHECK(files == 1);
}

TEST_CASE("a file's name never hides it, looks like an option or is empty") {
  RunHeader header = test_header();
  header.name = "--.hidden";
  CHECK(file_name(header).starts_with("hidden-"));
  header.name = "...";
  CHECK(file_name(header).starts_with("run-"));
  header.name = std::string(500, 'x');
  CHECK(file_name(header).size() < 160);
  header.id = "../../etc";
  const test::TempDir directory;
  CHECK(make_run_file(directory.path().string(), header).error().code == Errc::invalid);
}

TEST_CASE("all tables are strict and version 2 has exactly these") {
  const test::TempDir directory;
  const auto path = make_run_file(directory.path().string(), test_header());
  REQUIRE(path);
  auto database = open_database(*path, Database::Mode::read_write);
  auto select = database.prepare(
      "SELECT name FROM pragma_table_list WHERE schema='main' "
      "AND type='table' AND name NOT LIKE 'sqlite_%' AND strict=1");
  REQUIRE(select);
  std::set<std::string> tables;
  while (select->step().value()) tables.insert(select->text(0));
  CHECK(tables == std::set<std::string>{"anchor", "axis", "board", "channel", "chunk", "cursor",
                                        "event", "evidence", "journal", "meta", "phase", "rollup",
                                        "sketch", "source", "tail", "verdict"});
  CHECK_FALSE(database.execute("INSERT INTO phase VALUES('x', 1, 2, 3, 4, 5, 6)"));
}

TEST_CASE("files that are not ours, or newer, are refused with the file and the remedy") {
  const test::TempDir directory;
  const std::string path = directory.file("other.db");
  {
    auto database = open_database(path, Database::Mode::create);
    REQUIRE(database.execute("CREATE TABLE t(x)"));
    const auto refused = check_schema(database);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unsupported);
    CHECK(refused.error().message().find(path) != std::string::npos);
    CHECK(refused.error().message().find("another program") != std::string::npos);
    REQUIRE(database.execute("PRAGMA application_id=1397901639; PRAGMA user_version=3"));
    const auto newer = check_schema(database);
    REQUIRE_FALSE(newer);
    CHECK(newer.error().message().find("version 3") != std::string::npos);
    CHECK(newer.error().remedy == "read it with a newer soakrig");
  }
}

TEST_CASE("ids are unique, sortable and made of harmless characters") {
  const std::string id = make_run_id(1'772'366'400 * kSecond);
  CHECK(id.starts_with("20260301-120000-"));
  CHECK(id.size() == 24);
  CHECK(make_run_id(1'772'366'400 * kSecond) != id);
}

TEST_CASE("a statement gives back what was bound to it") {
  const test::TempDir directory;
  auto database = open_database(directory.file("x.db"), Database::Mode::create);
  REQUIRE(database.execute("CREATE TABLE t(a, b, c, d, e)"));
  auto insert = database.prepare("INSERT INTO t VALUES(?, ?, ?, ?, ?)");
  REQUIRE(insert);
  REQUIRE(insert->run(std::int64_t{-7}, 0.5, std::string("a\0b", 3), Bytes{0, 1, 255},
                      std::optional<double>()));
  CHECK(insert->inserted_id() == 1);
  auto select = database.prepare("SELECT * FROM t");
  REQUIRE(select);
  REQUIRE(select->step().value());
  CHECK(select->integer(0) == -7);
  CHECK(select->real(1) == 0.5);
  CHECK(select->text(2) == std::string("a\0b", 3));
  CHECK(select->blob(3) == Bytes{0, 1, 255});
  CHECK(select->is_null(4));
  CHECK_FALSE(select->optional_integer(4));
  CHECK_FALSE(select->step().value());
  CHECK(database.prepare("SELECT nonsense").error().file == directory.file("x.db"));
}

}  // namespace
}  // namespace soakrig::store
