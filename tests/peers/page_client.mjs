// The client of docs/protocol.md, on npm's ws, as it stands there.
//
//     node page_client.mjs CODE SERVER TOKEN
//
// CODE is a file with the page's code. Talks until it hears "end", then until all it said is stored. Prints what it heard, as
// JSON: `{"heard": [[seq, text], …], "acked": {text: seq}, "hellos": 3}`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import WebSocket from "ws";

const [, , file, server, access] = process.argv;
const code = await readFile(file, "utf8");
const build = new Function("WebSocket", "server", "token", "show", `${code}\nreturn { dial, say, unsaid };`);

const troubles = []; // what befell its sockets

/** As in a browser, where nobody has to listen for errors: a close follows. */
class Socket extends WebSocket {
  constructor(url) {
    super(url);
    this.on("error", (error) => troubles.push(error));
    this.on("close", (code, reason) => troubles.push(`${code} ${reason}`));
  }
}

// Whoever doesn't come back has nothing left to wait for.
process.on("exit", () => assert.ok(told, `it stayed away after ${troubles.join(", ")}`));

const heard = [];
const acked = {};
let hellos = 0;
let said = 0;
let ended = false;
let told = false;
const texts = new Map(); // of what was said, by its cid

const client = build(Socket, server, () => access, (frame) => {
  if (frame.type === "hello") {
    assert.ok(hellos === 0 || frame.recovered, "it comes back to where it was");
    hellos += 1;
  }
  if (frame.type === "message") {
    const last = heard.at(-1)?.[0];
    assert.ok(last === undefined || frame.seq === last + 1, `after ${last}: ${JSON.stringify(frame)}`);
    heard.push([frame.seq, frame.message]);
    ended ||= frame.message === "end";
  }
  if (frame.type === "ack") acked[texts.get(frame.cid)] = frame.seq;
  if (!ended && client.unsaid.size < 3) next();
  if (ended && client.unsaid.size === 0 && !told) tell();
});
client.dial();

function next() {
  const text = `node/${(said += 1)}`;
  client.say(text);
  texts.set([...client.unsaid.keys()].at(-1), text);
}

function tell() {
  told = true;
  // The client would go on for ever.
  process.stdout.write(`${JSON.stringify({ heard, acked, hellos })}\n`, () => process.exit());
}
