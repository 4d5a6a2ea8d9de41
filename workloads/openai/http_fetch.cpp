// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/http_fetch.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>

namespace soakrig::workloads {

namespace {

class Collect final : public HttpSink {
 public:
  void on_sent(Nanos) override {}
  void on_headers(int status, std::string_view, Nanos) override { fetched.status = status; }
  bool on_body(std::string_view bytes, Nanos) override {
    if (fetched.body.size() + bytes.size() > kMost) return false;
    fetched.body += bytes;
    return true;
  }
  void on_end(Trouble how, const std::string& why) override {
    ended = true;
    trouble = how;
    detail = why;
  }

  Fetched fetched;
  bool ended = false;
  Trouble trouble = Trouble::none;
  std::string detail;

 private:
  static constexpr std::size_t kMost = 1u << 20;
};

}  // namespace

Result<Fetched> http_fetch(const HttpUrl& url, const std::string& path, const TlsTrust& trust,
                           const std::string& token, Nanos timeout, const Clock& clock) {
  boost::asio::io_context context(1);
  auto target = make_target(context, url, trust, clock);
  if (!target) return target.error();
  const auto connection = (*target)->connect();
  Collect sink;
  std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + url.authority() + "\r\nAccept: application/json\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  connection->exchange(request + "\r\n", sink);
  const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(timeout);
  while (!sink.ended && context.run_one_until(until) != 0) {
  }
  const std::string where =
      "http" + std::string(url.tls ? "s" : "") + "://" + url.authority() + path;
  if (!sink.ended) return Error{Errc::timeout, where + " does not answer", "is the engine well?"};
  if (sink.trouble != Trouble::none) {
    return Error{Errc::io, where + ": " + std::string(to_string(sink.trouble)) + ": " + sink.detail,
                 "is the engine running there?"};
  }
  return std::move(sink.fetched);
}

}  // namespace soakrig::workloads
