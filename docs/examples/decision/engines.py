#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for two engines, for run.sh: they say the same word again and again. The edge's reads a prompt
more slowly the longer it is; the cloud's is quick at once. Prints their two addresses in one line, and
serves until its standard input ends. Instead of them ask your own: llama-server, and the cloud's address."""
import http.server
import json
import sys
import threading
import time


def serve(first_s, word_s, token_s):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self.answer("application/json", [b'{"data":[{"id":"stand-in"}]}'])

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            words = sum(len(m["content"].split()) for m in asked["messages"])
            self.answer("text/event-stream", self.tokens(words, asked["max_tokens"]))

        def tokens(self, words, count):
            time.sleep(first_s + word_s * words)
            for _ in range(count):
                time.sleep(token_s)
                yield self.event({"choices": [{"index": 0, "delta": {"content": "la "}}]})
            yield self.event({"choices": [], "usage": {"prompt_tokens": words, "completion_tokens": count}})
            yield b"data: [DONE]\n\n"

        @staticmethod
        def event(value):
            return b"data: " + json.dumps(value).encode() + b"\n\n"

        def answer(self, kind, pieces):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


print(serve(0.02, 0.003, 0.002), serve(0.03, 0.0002, 0.001), flush=True)
sys.stdin.read()
