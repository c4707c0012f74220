"""A client that keeps its place, by a library that knows nothing of Parlour but its protocol.

    websockets_resume.py URL

Talks until it hears "end", coming back after every loss as docs/protocol.md says, then until all it said is stored. Prints
what it heard, as JSON: `{"heard": [[seq, text], …], "acked": {text: seq}, "hellos": 3}`.
"""

import asyncio
import json
import random
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake


class Client:
    def __init__(self):
        self.epoch = self.since = None
        self.heard, self.acked, self.hellos = [], {}, 0
        self.said, self.pending, self.ended = 0, None, False

    @property
    def done(self):
        return self.ended and self.pending is None

    async def life(self, url):
        """One connection, to its end or ours."""
        place = f"&since={self.since}&epoch={self.epoch}" if self.epoch else ""
        async with connect(url + place) as socket:
            self.greet(json.loads(await socket.recv()))
            await self.say(socket)
            while not self.done:
                await self.hear(socket, json.loads(await socket.recv()))

    def greet(self, hello):
        assert hello["type"] == "hello", hello
        if self.epoch:
            assert hello["recovered"] and hello["epoch"] == self.epoch, hello
        else:
            self.epoch, self.since = hello["epoch"], hello["seq"]
        self.hellos += 1

    async def say(self, socket):
        """What isn't known to be stored, or the next thing."""
        if self.pending is None and not self.ended:
            self.said += 1
            self.pending = f"python/{self.said}"
        if self.pending:
            await socket.send(json.dumps({"type": "message", "message": self.pending, "cid": self.pending}))

    async def hear(self, socket, frame):
        kind, cid = frame["type"], frame.get("cid")
        if kind == "message":
            assert frame["seq"] == self.since + 1, f"after {self.since}: {frame}"
            self.since = frame["seq"]
            self.heard.append([self.since, frame["message"]])
            self.ended |= frame["message"] == "end"
        elif kind == "ack":
            self.acked[cid] = frame["seq"]
        elif kind == "error":
            await asyncio.sleep(frame["retry_after"] / 1000)
            await self.say(socket)
        if kind in ("message", "ack") and cid == self.pending:
            self.pending = None
            await self.say(socket)


def final(code):
    return 3500 <= code < 4000 or 4500 <= code < 5000 or code in (1002, 1007, 1009)


async def main(url):
    client = Client()
    while not client.done:
        try:
            await client.life(url)
        except ConnectionClosed as closed:
            assert closed.rcvd is None or not final(closed.rcvd.code), closed
            await asyncio.sleep(random.uniform(0, 0.5))
        except (InvalidHandshake, OSError):
            await asyncio.sleep(random.uniform(0, 0.5))
    print(json.dumps({"heard": client.heard, "acked": client.acked, "hellos": client.hellos}))


asyncio.run(main(sys.argv[1]))
