// How the socket client of `web/parlour.js` stays connected.
//
//   node --test tests/browser/*.test.mjs

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { backoff, ends } from '../../web/client/line.js';
import { ANN, BEN, FakeSocket, begin, opened, redialled, room, settled } from './fake.mjs';

beforeEach(begin);

test('it dials the room with the token, and is open at hello', async () => {
  const { room: lobby, socket, states } = await opened();
  assert.equal(socket.url.origin, 'wss://chat.example');
  assert.equal(socket.url.pathname, '/ws/chat/lobby/');
  assert.deepEqual([...socket.url.searchParams], [['token', 'secret']]);
  assert.equal(lobby.state, 'open');
  assert.deepEqual(states(), ['connecting', 'open']);
});

test('it comes back with the last numbered frame it received, and no other number', async () => {
  const { room: lobby, socket } = await opened();
  socket.hears({ type: 'message', seq: 11, id: 11, cid: 'x', user: BEN, message: 'hi', ts: 1 });
  const cid = lobby.send('one');
  socket.hears({ type: 'ack', cid, id: 12, seq: 12, dup: false });
  const next = await redialled(socket, 3001);
  assert.equal(next.url.searchParams.get('since'), '11');
  assert.equal(next.url.searchParams.get('epoch'), 'k1.1');
  next.hello({ seq: 12, recovered: true });
  next.hears({ type: 'message', seq: 12, id: 12, cid, user: ANN, message: 'one', ts: 1 });
  assert.equal((await redialled(next, 1006)).url.searchParams.get('since'), '12');
});

test('the close code says whether to come back', async () => {
  for (const code of [1002, 1007, 1009, 3500, 3507, 3999, 4500, 4503, 4999]) assert.ok(ends(code), `${code} ends it`);
  for (const code of [1000, 1001, 1006, 1011, 3000, 3001, 3005, 3012, 3499, 4000, 4499]) assert.ok(!ends(code), `${code} doesn't`);
  const { room: lobby, socket, fates } = await opened();
  const cid = lobby.send('one');
  socket.onclose({ code: 4503, reason: 'session ended' });
  mock.timers.tick(60_000);
  await settled();
  assert.equal(FakeSocket.all.length, 1, 'it stays away');
  assert.equal(lobby.state, 'ended');
  assert.deepEqual(fates(cid), ['pending', 'failed']);
  assert.deepEqual(fates(lobby.send('two')), ['pending', 'failed'], 'nobody is left waiting');
  lobby.retry(cid);
  assert.equal(fates(cid).at(-1), 'failed');
});

test('an expired token is renewed before the next dial, and only then', async () => {
  const asked = [];
  const token = ({ fresh }) => {
    asked.push(fresh);
    return fresh ? 'new' : 'old';
  };
  const { socket } = await opened({ token });
  const next = await redialled(socket, 3005);
  assert.equal(next.url.searchParams.get('token'), 'new');
  await redialled(next, 1006);
  assert.deepEqual(asked, [false, true, false]);
});

test('without a token there is nothing to dial with; a token that can be had later is asked for later', async () => {
  let answer = () => Promise.reject(new Error('the server is away'));
  const { room: lobby } = room({ token: () => answer() });
  lobby.connect();
  await settled();
  assert.equal(lobby.state, 'waiting');
  answer = () => null;
  mock.timers.tick(20_000);
  await settled();
  assert.equal(lobby.state, 'ended');
  assert.equal(FakeSocket.all.length, 0);
});

test('it stays away for a random part of a time that doubles to 20 s, or as long as a drain asks', async () => {
  assert.deepEqual([0, 1, 2, 5, 6, 60].map((attempt) => backoff(attempt, () => 1)), [500, 1000, 2000, 16_000, 20_000, 20_000]);
  assert.equal(backoff(3, () => 0), 0);
  const { socket, told } = await opened();
  socket.hears({ type: 'drain', retry: [500, 8000] });
  socket.onclose({ code: 3001, reason: 'shutdown' });
  assert.equal(told.at(-1).delay, 500 + 7500 / 2);
});

test('a drain is heeded however the server goes, and only for that one loss', async () => {
  const { room: lobby, socket, told } = await opened();
  socket.hears({ type: 'drain', retry: [2000, 4000] });
  socket.onclose({ code: 1006, reason: '' });
  assert.equal(told.at(-1).delay, 3000);
  mock.timers.tick(2_999);
  await settled();
  assert.equal(FakeSocket.all.length, 1, 'it stays away for all of it');
  mock.timers.tick(1);
  await settled();
  const next = FakeSocket.all.at(-1);
  next.onclose({ code: 1006, reason: '' });
  assert.equal(told.at(-1).delay, backoff(1), 'nobody there yet: as after any loss');
  lobby.nudge();
  await settled();
  const third = FakeSocket.all.at(-1);
  third.hello();
  third.hears({ type: 'drain', retry: [2000, 4000] });
  lobby.close();
  lobby.connect();
  await settled();
  const fourth = FakeSocket.all.at(-1);
  fourth.hello();
  fourth.onclose({ code: 1006, reason: '' });
  assert.ok(told.at(-1).delay < 2000, 'what was asked of the socket before is past');
});

test('a connection that broke at once counts towards the backoff; one that held begins it anew', async () => {
  const { socket, told } = await opened();
  const second = await redialled(socket, 1006);
  second.hello();
  const third = await redialled(second, 1006);
  assert.equal(told.filter(({ state }) => state === 'waiting').at(-1).delay, 500);
  third.hello();
  mock.timers.tick(10_000);
  third.onclose({ code: 1006, reason: '' });
  assert.equal(told.at(-1).delay, 250);
});

test('silence is asked about after 40 s, and taken for a loss after 10 more', async () => {
  const { room: lobby, socket } = await opened();
  mock.timers.tick(39_999);
  assert.deepEqual(socket.sent, []);
  mock.timers.tick(1);
  assert.deepEqual(socket.sent, [{ type: 'ping' }]);
  socket.hears({ type: 'pong' });
  mock.timers.tick(10_000);
  assert.equal(lobby.state, 'open');
  mock.timers.tick(30_000);
  assert.equal(socket.sent.length, 2);
  mock.timers.tick(10_000);
  assert.equal(lobby.state, 'waiting');
  assert.equal(socket.closed, 1005, 'the dead socket is let go');
});

test('a socket without hello is given up', async () => {
  const { room: lobby } = room();
  lobby.connect();
  await settled();
  mock.timers.tick(15_000);
  assert.equal(lobby.state, 'waiting');
});

test('a nudge dials at once, and makes sure of a line that seems open', async () => {
  const { room: lobby, socket } = await opened();
  lobby.nudge();
  assert.deepEqual(socket.sent, [{ type: 'ping' }]);
  socket.onclose({ code: 1006, reason: '' });
  lobby.nudge();
  await settled();
  assert.equal(FakeSocket.all.length, 2);
  mock.timers.tick(15_000);
  mock.timers.tick(5_000);
  await settled();
  assert.equal(FakeSocket.all.length, 3, 'the dial that got no hello was given up; nothing was dialled twice');
});

test('a room that was left hears and says nothing more', async () => {
  const { room: lobby, socket, told } = await opened();
  lobby.close();
  assert.equal(socket.closed, 1000);
  assert.equal(socket.onmessage, null);
  const before = told.length;
  mock.timers.tick(600_000);
  await settled();
  assert.equal(told.length, before);
  assert.equal(FakeSocket.all.length, 1);
});
