"""A provider on this machine that answers every request after 50 ms, in a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LATENCY = 0.05
ANSWER = '{"action": "defect"}'


@contextmanager
def provider() -> Iterator[str]:
    """Its base address, while it runs."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"http://127.0.0.1:{port}/v1"
        process.kill()


def _openai() -> bytes:
    message = {"role": "assistant", "content": ANSWER}
    usage = {"prompt_tokens": 300, "completion_tokens": 7, "total_tokens": 307}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
    return _response({**whole, "choices": [choice], "usage": usage})


def _anthropic() -> bytes:
    whole = {"id": "1", "type": "message", "role": "assistant", "model": "m"}
    content = [{"type": "text", "text": ANSWER}]
    usage = {"input_tokens": 300, "output_tokens": 7}
    return _response({**whole, "content": content, "stop_reason": "end_turn", "usage": usage})


def _response(whole: dict[str, Any]) -> bytes:
    body = json.dumps(whole).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _serve() -> None:
    openai, anthropic = _openai(), _anthropic()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(size)
                await asyncio.sleep(LATENCY)
                writer.write(anthropic if b"/messages " in head else openai)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
