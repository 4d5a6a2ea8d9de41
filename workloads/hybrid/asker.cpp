// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/asker.hpp"

#include <utility>
#include <vector>

#include "workloads/openai/request_text.hpp"

namespace soakrig::workloads {

namespace {

class HttpAsker;

// One connection and what is asked on it.
class Line final : public HttpSink {
 public:
  Line(HttpAsker& asker, std::unique_ptr<HttpConnection> connection)
      : asker_(asker), connection_(std::move(connection)) {}

  void begin(std::string request, Nanos due, Asker::Answered then);
  void look_at_time(Nanos now);
  [[nodiscard]] bool busy() const { return exchange_.has_value(); }

  void on_sent(Nanos at) override;
  void on_headers(int status, std::string_view type, Nanos at) override {
    moved_ = at;
    exchange_->headers(status, type, at);
  }
  bool on_body(std::string_view bytes, Nanos at) override {
    moved_ = at;
    const bool more = exchange_->body(bytes, at, [](double) {});
    // After "[DONE]" the connection is read to its orderly end, so that it can be kept.
    return more || exchange_->outcome_is_good();
  }
  void on_end(Trouble trouble, const std::string& detail) override {
    const bool cut_late = trouble == Trouble::cut && exchange_->over();
    if (trouble != Trouble::none && trouble != Trouble::cut) exchange_->fail(trouble, detail);
    done(trouble == Trouble::none || cut_late);
  }

 private:
  void done(bool whole);

  HttpAsker& asker_;
  std::unique_ptr<HttpConnection> connection_;
  std::optional<Exchange> exchange_;
  Asker::Answered then_;
  Nanos due_ = 0, begun_ = 0, moved_ = 0;
  std::uint64_t request_bytes_ = 0;
};

class HttpAsker final : public Asker {
 public:
  HttpAsker(const ClientOptions& asked, std::unique_ptr<HttpTarget> target, const Clock& time)
      : options(asked), clock(time), text_(options), target_(std::move(target)) {}

  void ask(const std::string& prompt, Nanos due, Answered then) override {
    if (free_.empty()) {
      lines_.push_back(std::make_unique<Line>(*this, target_->connect()));
      free_.push_back(lines_.back().get());
    }
    Line& line = *free_.back();
    free_.pop_back();
    line.begin(text_.with(prompt), due, std::move(then));
  }

  void look_at_time(Nanos now) override {
    for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i]->look_at_time(now);
  }

  void release(Line& line) { free_.push_back(&line); }

  const ClientOptions options;
  const Clock& clock;

 private:
  RequestText text_;
  std::unique_ptr<HttpTarget> target_;  // outlives its connections
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<Line*> free_;
};

void Line::begin(std::string request, Nanos due, Asker::Answered then) {
  due_ = due;
  begun_ = moved_ = asker_.clock.boot_ns();
  request_bytes_ = request.size();
  then_ = std::move(then);
  exchange_.emplace(asker_.options.exchange, due_, begun_);
  connection_->exchange(std::move(request), *this);
}

// The time to the answer counts from the asking: opening a connection is a part of it.
void Line::on_sent(Nanos at) { moved_ = at; }

void Line::look_at_time(Nanos now) {
  if (!exchange_) return;
  const bool late = now - begun_ > asker_.options.timeout;
  if (!late && now - moved_ <= asker_.options.stall) return;
  exchange_->fail(
      late ? Trouble::timeout : Trouble::stalled,
      late ? "the answer took longer than the request's time" : "nothing came for too long");
  connection_->abandon();
  done(false);
}

void Line::done(bool whole) {
  Outcome outcome = exchange_->finish(whole);
  exchange_.reset();
  const Asker::Answered then = std::exchange(then_, {});
  asker_.release(*this);
  then(outcome, request_bytes_);
}

}  // namespace

Result<std::unique_ptr<Asker>> make_asker(boost::asio::io_context& context,
                                          const ClientOptions& options,
                                          std::optional<std::uint16_t> through,
                                          const Clock& clock) {
  auto target = make_target(context, options.url, options.trust, clock, through);
  if (!target) return target.error();
  return std::unique_ptr<Asker>(std::make_unique<HttpAsker>(options, std::move(*target), clock));
}

}  // namespace soakrig::workloads
