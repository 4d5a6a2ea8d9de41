# SPDX-License-Identifier: Apache-2.0
"""aiohttp_client.py PORT STREAMS SECONDS: what a load client in Python does against the same server.

Prints the streamed tokens a second of its CPU time, by the server's count. It measures what ours does:
when each piece of text came and the gap before it, the time to the first token and per token, the
latency, the text, why the answer ended, and errors inside it.
"""
import asyncio
import json
import sys
import time

import aiohttp


class Figures:
    """Of all requests. Lists, as such clients keep them; nothing is thrown away while it runs."""

    def __init__(self):
        self.tokens = self.failed = 0
        self.gaps, self.ttft, self.tpot, self.latency = [], [], [], []


async def ask(session, url, body, figures):
    sent = time.monotonic()
    first = last = None
    tokens, finish, error, text = 0, None, None, []
    async with session.post(url, json=body) as answer:
        if answer.status != 200:
            error = answer.status
        async for line in answer.content:
            at = time.monotonic()
            if not line.startswith(b"data:"):
                continue  # a blank line, or a ping
            data = line[5:].strip()
            if data == b"[DONE]":
                continue
            event = json.loads(data)
            error = event.get("error") or error
            if event.get("usage"):
                tokens = event["usage"]["completion_tokens"]
            for choice in event.get("choices") or ():
                finish = choice.get("finish_reason") or finish
                delta = choice.get("delta") or {}
                piece = delta.get("content") or delta.get("reasoning_content") or delta.get("reasoning")
                if not piece and not delta.get("tool_calls"):
                    continue
                text.append(piece or "")
                if first is None:
                    first = at
                else:
                    figures.gaps.append(at - last)
                last = at
    if error or first is None or not tokens:
        figures.failed += 1
        return
    hash("".join(text))
    figures.tokens += tokens
    figures.ttft.append(first - sent)
    figures.latency.append(last - sent)
    if tokens > 1:
        figures.tpot.append((last - first) / (tokens - 1))


async def stream(session, url, until, figures):
    body = {"messages": [{"role": "user", "content": "hello"}], "stream": True, "max_tokens": 256,
            "stream_options": {"include_usage": True}}
    while time.monotonic() < until:
        await ask(session, url, body, figures)


async def main(port, streams, seconds):
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    figures = Figures()
    async with aiohttp.ClientSession() as session:
        until = time.monotonic() + seconds
        cpu = time.process_time()
        await asyncio.gather(*(stream(session, url, until, figures) for _ in range(streams)))
        print(figures.tokens / (time.process_time() - cpu))
    if figures.failed:
        sys.exit(f"{figures.failed} requests failed")


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
