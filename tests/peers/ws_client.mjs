// A chat by a client that knows nothing of Parlour but its protocol, with compression offered as it does by default.
//
//     node ws_client.mjs URL
//
// Enters, says something, waits for it and its ack, pings, asks for history, leaves. Prints "ok".

import assert from "node:assert/strict";
import { on, once } from "node:events";
import WebSocket from "ws";

const signal = AbortSignal.timeout(20_000);
const socket = new WebSocket(process.argv[2]);
const incoming = on(socket, "message", { signal });

async function frame(type) {
  for (;;) {
    const [data] = (await incoming.next()).value;
    const frame = JSON.parse(data);
    if (frame.type === type) return frame;
  }
}

const send = (frame) => socket.send(JSON.stringify(frame));

const hello = await frame("hello");
send({ type: "message", message: "héllo", cid: "js-1" });
const message = await frame("message");
assert.equal(message.message, "héllo");
assert.deepEqual(message.user, hello.user);
const ack = await frame("ack");
assert.deepEqual([ack.cid, ack.seq], ["js-1", message.seq]);

const pong = once(socket, "pong", { signal });
socket.ping("are you there");
assert.equal(String((await pong)[0]), "are you there");

send({ type: "history", rid: 1 });
const page = await frame("history");
assert.equal(page.messages.at(-1).message, "héllo");

const closed = once(socket, "close", { signal });
socket.close(1000);
assert.equal((await closed)[0], 1000);
console.log("ok");
