// A socket that does what a test says, and a room over it.

import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Room } from '../../web/parlour.js';

export const ANN = { id: 7, username: 'ann' };
export const BEN = { id: 8, username: 'ben' };

/** A socket that keeps what is sent, and hears what the test has it hear. */
export class FakeSocket {
  static all = [];
  sent = [];
  closed = null;

  constructor(url) {
    this.url = new URL(url);
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.closed = code ?? 1005;
  }

  hears(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  hello(more = {}) {
    const limits = { message: 4096, frame: 32768 };
    this.hears({ type: 'hello', user: ANN, epoch: 'k1.1', seq: 10, recovered: false, now: Date.now(), limits, ...more });
  }

  messages() {
    return this.sent.filter(({ type }) => type === 'message');
  }
}

/** Time and chance are the test's: the clock stands still, and every draw is a half. */
export function begin() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_795_503_636_000 });
  mock.method(Math, 'random', () => 0.5);
  FakeSocket.all = [];
}

/** Lets what awaits a promise go on. */
export async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** A room that isn't connected yet, and what it told. */
export function room({ token = () => 'secret' } = {}) {
  const made = new Room({ room: 'lobby', token, base: 'https://chat.example', WebSocket: FakeSocket });
  const told = [];
  for (const type of ['state', 'hello', 'message', 'outgoing', 'error']) {
    made.addEventListener(type, ({ detail }) => told.push({ type, ...detail }));
  }
  const fates = (cid) => told.filter((item) => item.type === 'outgoing' && item.cid === cid).map(({ status }) => status);
  const states = () => told.filter(({ type }) => type === 'state').map(({ state }) => state);
  return { room: made, told, fates, states };
}

/** A room whose socket has heard hello. */
export async function opened(options) {
  const made = room(options);
  made.room.connect();
  await settled();
  const [socket] = FakeSocket.all;
  socket.hello();
  return { ...made, socket };
}

/** The socket after the loss of `socket`, once it was dialled. */
export async function redialled(socket, code, wait = 20_000) {
  const before = FakeSocket.all.length;
  socket.onclose({ code, reason: '' });
  mock.timers.tick(wait);
  await settled();
  assert.equal(FakeSocket.all.length, before + 1, 'it dials again');
  return FakeSocket.all.at(-1);
}
