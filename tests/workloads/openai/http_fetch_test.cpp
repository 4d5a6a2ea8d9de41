// SPDX-License-Identifier: Apache-2.0
// Also tests: http_tls.cpp
#include "workloads/openai/http_fetch.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>

#include "rig/base/spawn.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using soakrig::test::RawServer;

namespace {

// A server that speaks TLS with a certificate made for it: its own authority, for 127.0.0.1, and
// past its end where that is asked for.
class TlsServer {
 public:
  explicit TlsServer(const std::string& days) {
    const std::string key = folder_.file("key.pem");
    const std::string make =
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=engine -addext "
        "subjectAltName=IP:127.0.0.1 -days " +
        days + " -keyout '" + key + "' -out '" + certificate() + "' 2>/dev/null";
    REQUIRE(std::system(make.c_str()) == 0);
    // A port that was free a moment ago.
    {
      const RawServer free({{""}});
      url_ = "https" + free.url().substr(4);
    }
    const std::string port = url_.substr(url_.rfind(':') + 1);
    SpawnSpec spec;
    spec.argv = {"openssl", "s_server", "-quiet",      "-www", "-accept",
                 port,      "-cert",    certificate(), "-key", key};
    spec.program = find_program("openssl");
    spec.environment = minimal_environment();
    child_ = spawn(spec).value();
  }
  ~TlsServer() {
    ::kill(child_.pid, SIGKILL);
    ::waitpid(child_.pid, nullptr, 0);
  }
  [[nodiscard]] std::string certificate() const { return folder_.file("cert.pem"); }

  // Waits for it to listen.
  [[nodiscard]] Result<Fetched> get(const TlsTrust& trust) const {
    const SystemClock clock;
    const Nanos until = clock.boot_ns() + 10 * kSecond;
    for (;;) {
      auto got = http_fetch(parse_http_url(url_).value(), "/", trust, "", 5 * kSecond, clock);
      const bool listens = got || got.error().what.find("refused") == std::string::npos;
      if (listens || clock.boot_ns() > until) return got;
    }
  }

 private:
  test::TempDir folder_;
  std::string url_;
  Child child_;
};

Result<Fetched> fetch(const std::string& url, Nanos timeout = 5 * kSecond) {
  const SystemClock clock;
  return http_fetch(parse_http_url(url).value(), "/x", {}, "", timeout, clock);
}

}  // namespace

TEST_CASE("an answer is fetched with its status, whichever way its length is told") {
  const RawServer length({{"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno"}});
  CHECK(fetch(length.url()).value().status == 503);
  CHECK(fetch(length.url()).value().body == "no");
  const RawServer chunked(
      {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"}});
  CHECK(fetch(chunked.url()).value().body == "abc");
  const RawServer closed({{"HTTP/1.1 200 OK\r\n\r\nuntil the end", true}});
  CHECK(fetch(closed.url()).value().body == "until the end");
}

TEST_CASE("what is no answer is an error that says where") {
  std::string gone;
  {
    const RawServer server({{""}});
    gone = server.url();
  }
  const auto refused = fetch(gone);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("refused") != std::string::npos);
  CHECK(refused.error().what.find(gone) != std::string::npos);
  const RawServer silent({{""}});
  CHECK(fetch(silent.url(), 100 * kMillisecond).error().code == Errc::timeout);
  const RawServer cut({{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno", true}});
  CHECK(fetch(cut.url()).error().what.find("cut") != std::string::npos);
  const RawServer nonsense({{"SSH-2.0-OpenSSH\r\n\r\n"}});
  CHECK(fetch(nonsense.url()).error().what.find("protocol") != std::string::npos);
  const RawServer header({{"HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')}});
  CHECK(fetch(header.url()).error().what.find("too-long") != std::string::npos);
  CHECK(fetch("http://no-such-host.invalid").error().code == Errc::not_found);
}

TEST_CASE("over TLS a certificate must be trusted, in time, and name the host") {
  const TlsServer server("1");
  TlsTrust trust;
  const auto stranger = server.get(trust);
  REQUIRE_FALSE(stranger);
  if (stranger.error().code == Errc::unsupported) {  // a build for boards
    CHECK(stranger.error().remedy.find("on the rig") != std::string::npos);
    return;
  }
  CHECK(stranger.error().what.find("tls") != std::string::npos);
  trust.ca_file = server.certificate();
  const auto known = server.get(trust);
  INFO((known ? "" : known.error().message()));
  REQUIRE(known);
  CHECK(known->status == 200);
  CHECK(server.get({.ca_file = "", .verify = false}));
  CHECK_FALSE(server.get({.ca_file = "/no/such/file", .verify = true}));
}
