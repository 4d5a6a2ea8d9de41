# SPDX-License-Identifier: Apache-2.0
"""An engine that computes nothing and misbehaves as it is told, for the tests of the load client.
`engine_server.py PORT [MIB]` is a well-behaved one as a program, with so much memory of its own."""
import contextlib
import http.server
import json
import math
import signal
import socket
import sys
import threading
import time

TOKENS = 8


class Engine:
    """Serves on the loopback. `mode` may be changed at any time; requests are counted by mode."""

    def __init__(self, mode="good", token_s=0.002, tls=None, port=0):
        self.mode, self.token_s = mode, token_s
        self.counts, self.tokens = {}, 0
        self.sent = 0  # bytes of a flood
        self.answers = 0  # whole ones, of the modes `sure` and `greedy`
        self.wrong = 0  # so many of the next whole ones, of the mode `greedy`
        self.whole = False  # the request that came last wants no stream
        engine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # a token goes out when it is made

            def log_message(self, *_):
                pass

            def do_GET(self):
                engine.plain(self, 200, "application/json", b'{"data":[{"id":"tiny"}]}')

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                engine.whole = b'"stream":false' in body
                mode = engine.mode
                engine.counts[mode] = engine.counts.get(mode, 0) + 1
                # A client that gives up is no error of the server's.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    getattr(engine, "do_" + mode.replace("-", "_"))(self)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # Answers

    @staticmethod
    def plain(handler, status, kind, body):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    @staticmethod
    def begin(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()

    @staticmethod
    def chunk(handler, text):
        data = text if isinstance(text, bytes) else text.encode()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def event(self, handler, value):
        self.chunk(handler, "data: " + (value if isinstance(value, str) else json.dumps(value)) + "\n\n")

    def token(self, handler, text="la "):
        self.event(handler, {"choices": [{"index": 0, "delta": {"content": text}}]})

    def finish(self, handler, tokens=TOKENS):
        self.tokens += tokens
        self.event(handler, {"choices": [], "usage": {"completion_tokens": tokens, "prompt_tokens": 3}})
        self.event(handler, "[DONE]")
        handler.wfile.write(b"0\r\n\r\n")

    def do_good(self, handler):
        self.begin(handler)
        self.event(handler, {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
        for _ in range(TOKENS):
            time.sleep(self.token_s)
            self.token(handler)
        self.finish(handler)

    def do_sure(self, handler):
        """A whole answer with log-probabilities: 0.9 and 0.2 sure in turn. Streamed, a plain one."""
        if not self.whole:
            return self.do_good(handler)
        self.answers += 1
        logprob = math.log(0.9 if self.answers % 2 else 0.2)
        return self._whole(handler, [{"token": "la ", "logprob": logprob, "top_logprobs": []}] * TOKENS)

    def do_greedy(self, handler):
        """A whole answer that is the same each time, each token clearly the likeliest, but for those
        that are to be wrong. Streamed, a plain one."""
        if not self.whole:
            return self.do_good(handler)
        self.answers += 1
        words = ["la "] * TOKENS
        if self.wrong > 0:
            self.wrong -= 1
            words[3] = "li "
        likeliest = [{"logprob": -0.01, "token": word} for word in words]
        return self._whole(handler, [dict(best, top_logprobs=[best, {"token": "x", "logprob": -6.0}])
                                     for best in likeliest])

    def _whole(self, handler, tokens):
        text = "".join(token["token"] for token in tokens)
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                             "logprobs": {"content": tokens}, "finish_reason": "length"}],
                "usage": {"completion_tokens": len(tokens), "prompt_tokens": 3}}
        self.tokens += len(tokens)
        self.plain(handler, 200, "application/json", json.dumps(body).encode())

    def do_stall(self, handler):
        self.begin(handler)
        self.token(handler)
        time.sleep(8)

    def do_drip(self, handler):
        self.begin(handler)
        for byte in b"data: {\"choices\":[]}":
            self.chunk(handler, bytes([byte]))
            time.sleep(0.2)
        time.sleep(8)

    def do_flood(self, handler):
        self.begin(handler)
        piece = b"x" * (1 << 20)
        for _ in range(1024):
            self.chunk(handler, piece)
            self.sent += len(piece)

    def do_close_after_headers(self, handler):
        self.begin(handler)
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    def do_half(self, handler):
        self.begin(handler)
        self.token(handler)
        handler.connection.shutdown(socket.SHUT_RDWR)

    def do_page(self, handler):
        self.plain(handler, 200, "text/html", b"<html><body>Welcome to the router</body></html>")

    def do_error_event(self, handler):
        self.begin(handler)
        self.token(handler)
        self.event(handler, {"error": {"message": "out of memory", "code": 500}})
        self.event(handler, "[DONE]")
        handler.wfile.write(b"0\r\n\r\n")

    def do_no_usage(self, handler):
        self.begin(handler)
        self.token(handler)
        self.event(handler, "[DONE]")
        handler.wfile.write(b"0\r\n\r\n")

    def do_empty(self, handler):
        self.begin(handler)
        self.finish(handler, 0)

    def do_nonsense(self, handler):
        self.begin(handler)
        self.event(handler, "{\"choices\": [}")
        handler.wfile.write(b"0\r\n\r\n")

    def _status(self, handler, status, message):
        body = json.dumps({"error": {"message": message, "code": status}}).encode()
        self.plain(handler, status, "application/json", body)

    def do_401(self, handler):
        self._status(handler, 401, "invalid api key")

    def do_404(self, handler):
        self._status(handler, 404, "model 'tiny' not found")

    def do_429(self, handler):
        self._status(handler, 429, "slow down")

    def do_500(self, handler):
        self._status(handler, 500, "internal error")

    def do_503(self, handler):
        self._status(handler, 503, "no slot available")


def main():
    own = bytearray(int(sys.argv[2]) << 20 if len(sys.argv) > 2 else 0)
    for page in range(0, len(own), 4096):
        own[page] = 1  # touched: it counts
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Engine(port=int(sys.argv[1]))
    print("ready", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
