# SPDX-License-Identifier: Apache-2.0
"""aiohttp_client.py PORT STREAMS SECONDS: what a load client in Python does against the same server.

Prints the streamed tokens a second of its CPU time. It does what such clients do: reads each line,
parses its JSON, and notes when it came.
"""
import asyncio
import json
import sys
import time

import aiohttp


async def stream(session, url, until, counts):
    body = {"messages": [{"role": "user", "content": "hello"}], "stream": True, "max_tokens": 256}
    while time.monotonic() < until:
        stamps = []
        async with session.post(url, json=body) as answer:
            async for line in answer.content:
                if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
                    continue
                at = time.monotonic()
                choices = json.loads(line[6:]).get("choices")
                if choices and choices[0]["delta"].get("content"):
                    stamps.append(at)
        counts[0] += len(stamps)


async def main(port, streams, seconds):
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    counts = [0]
    async with aiohttp.ClientSession() as session:
        until = time.monotonic() + seconds
        cpu = time.process_time()
        await asyncio.gather(*(stream(session, url, until, counts) for _ in range(streams)))
        print(counts[0] / (time.process_time() - cpu))


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
