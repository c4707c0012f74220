"""A chat by a client that knows nothing of Parlour but its protocol.

    websockets_client.py URL

Enters, says something, waits for it and its ack, pings, asks for history, leaves. Prints "ok".
"""

import asyncio
import json
import sys

from websockets.asyncio.client import connect


async def main(url):
    async with connect(url) as socket:

        async def frame(kind):
            async with asyncio.timeout(20):
                while True:
                    frame = json.loads(await socket.recv())
                    if frame["type"] == kind:
                        return frame

        hello = await frame("hello")
        await socket.send(json.dumps({"type": "message", "message": "héllo", "cid": "py-1"}))
        message = await frame("message")
        assert message["message"] == "héllo" and message["user"] == hello["user"], message
        ack = await frame("ack")
        assert ack["cid"] == "py-1" and ack["seq"] == message["seq"], ack
        await (await socket.ping())
        await socket.send(json.dumps({"type": "history", "rid": 1}))
        page = await frame("history")
        assert page["messages"][-1]["message"] == "héllo", page
    assert socket.close_code == 1000, socket.close_code


asyncio.run(main(sys.argv[1]))
print("ok")
