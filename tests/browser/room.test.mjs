// What the socket client of `web/parlour.js` does with what is said.
//
//   node --test tests/browser/*.test.mjs

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { uuid7 } from '../../web/client/uuid7.js';
import { ANN, BEN, begin, opened, redialled } from './fake.mjs';

beforeEach(begin);

test('a message is settled by its ack or by itself, whichever comes first', async () => {
  const { room: lobby, socket, fates } = await opened();
  const byAck = lobby.send('one');
  socket.hears({ type: 'ack', cid: byAck, id: 11, seq: 11, dup: false });
  const byItself = lobby.send('two');
  socket.hears({ type: 'message', seq: 12, id: 12, cid: byItself, user: ANN, message: 'two', ts: 1 });
  socket.hears({ type: 'ack', cid: byItself, id: 12, seq: 12, dup: false });
  assert.deepEqual(fates(byAck), ['pending', 'sent']);
  assert.deepEqual(fates(byItself), ['pending', 'sent']);
});

test("somebody else's message under our cid settles nothing", async () => {
  const { room: lobby, socket, fates } = await opened();
  const cid = lobby.send('mine');
  socket.hears({ type: 'message', seq: 11, id: 11, cid, user: BEN, message: 'not yours', ts: 1 });
  assert.deepEqual(fates(cid), ['pending']);
});

test('messages go one by one, in the order they were written', async () => {
  const { room: lobby, socket } = await opened();
  const cids = ['one', 'two', 'three'].map((text) => lobby.send(text));
  assert.deepEqual(socket.messages().map(({ message }) => message), ['one']);
  for (const [at, cid] of cids.entries()) socket.hears({ type: 'ack', cid, id: 11 + at, seq: 11 + at, dup: false });
  assert.deepEqual(socket.messages().map(({ message }) => message), ['one', 'two', 'three']);
});

test('what was on its way when the line broke is sent again under the same cid', async () => {
  const { room: lobby, socket, fates } = await opened();
  const first = lobby.send('one');
  lobby.send('two');
  const next = await redialled(socket, 1006);
  assert.deepEqual(next.messages(), [], 'nothing before hello');
  next.hello({ seq: 11 });
  assert.deepEqual(next.messages().map(({ cid, message }) => [cid, message]), [[first, 'one']]);
  next.hears({ type: 'ack', cid: first, id: 11, seq: 11, dup: true });
  assert.deepEqual(fates(first), ['pending', 'sent']);
});

test('a message found in the history is not sent again', async () => {
  const { room: lobby, socket, fates } = await opened();
  const cid = lobby.send('one');
  const page = lobby.history({ before: 12 });
  const { rid } = socket.sent.at(-1);
  socket.hears({ type: 'history', rid, more: false, messages: [{ seq: 11, cid, user: ANN, message: 'one', ts: 1 }] });
  assert.equal((await page).messages.length, 1);
  assert.deepEqual(fates(cid), ['pending', 'sent']);
});

test('too fast, or outcome unknown: the same message again, after the time the server names', async () => {
  const { room: lobby, socket, fates } = await opened();
  const cid = lobby.send('one');
  lobby.send('two');
  socket.hears({ type: 'error', code: 'rate_limited', error: 'Too fast', retry_after: 1200, cid });
  mock.timers.tick(1199);
  assert.equal(socket.messages().length, 1);
  mock.timers.tick(1);
  socket.hears({ type: 'error', code: 'unavailable', error: 'Outcome unknown', retry_after: 10, cid });
  mock.timers.tick(10);
  assert.deepEqual(socket.messages().map((sent) => sent.cid), [cid, cid, cid]);
  socket.hears({ type: 'ack', cid, id: 11, seq: 11, dup: true });
  assert.deepEqual(fates(cid), ['pending', 'sent']);
});

test('a message that stays unanswered has failed in the end, and the next one goes', async () => {
  const { room: lobby, socket, fates } = await opened();
  const cid = lobby.send('one');
  const next = lobby.send('two');
  for (let tried = 0; tried < 5; tried += 1) {
    socket.hears({ type: 'error', code: 'unavailable', error: 'Outcome unknown', retry_after: 10, cid });
    mock.timers.tick(10);
  }
  assert.deepEqual(fates(cid), ['pending', 'failed']);
  assert.equal(socket.messages().at(-1).cid, next);
});

test('a refused message says why; it can be tried again or forgotten', async () => {
  const { room: lobby, socket, fates, told } = await opened();
  const cid = lobby.send('one');
  socket.hears({ type: 'error', code: 'forbidden', error: 'Permission denied', cid });
  assert.equal(told.at(-1).error, 'Permission denied');
  lobby.retry(cid);
  assert.deepEqual(socket.messages().map((sent) => sent.cid), [cid, cid]);
  socket.hears({ type: 'error', code: 'forbidden', error: 'Permission denied', cid });
  lobby.discard(cid);
  lobby.retry(cid);
  assert.deepEqual(fates(cid), ['pending', 'failed', 'pending', 'failed']);
});

test('history asks are answered by rid, refused by error, and lost with the line', async () => {
  const { room: lobby, socket } = await opened();
  const [first, second, third] = [lobby.history(), lobby.history({ after: 3, limit: 2 }), lobby.history()];
  const rids = socket.sent.map(({ rid }) => rid);
  assert.equal(new Set(rids).size, 3);
  assert.deepEqual(socket.sent[1], { type: 'history', after: 3, limit: 2, rid: rids[1] });
  socket.hears({ type: 'history', rid: rids[1], messages: [], more: true });
  socket.hears({ type: 'error', rid: rids[0], code: 'rate_limited', error: 'Too fast' });
  socket.onclose({ code: 1006, reason: '' });
  assert.deepEqual(await second, { messages: [], more: true });
  await assert.rejects(first, /Too fast/);
  await assert.rejects(third, /connection lost/);
  await assert.rejects(lobby.history(), /not connected/);
});

test("cids are UUIDv7 by the server's clock, each after the one before", async () => {
  const { room: lobby, socket } = await opened();
  socket.hello({ now: Date.now() + 3_600_000 });
  const cids = Array.from({ length: 50 }, () => lobby.send('x'));
  assert.match(cids[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(Number.parseInt(cids[0].replace('-', '').slice(0, 12), 16), Date.now() + 3_600_000);
  assert.deepEqual(cids, [...cids].sort());
  assert.equal(new Set(cids).size, cids.length);
  const reset = uuid7(1000);
  assert.equal(Number.parseInt(reset.replace('-', '').slice(0, 12), 16), 1000, 'a clock set back is believed');
});

test('whatever is numbered counts as received, be it an edit, a deletion, or something new', async () => {
  const { room: lobby, socket } = await opened();
  const heard = [];
  for (const type of ['edited', 'deleted', 'reaction']) {
    lobby.addEventListener(type, ({ detail }) => heard.push([type, detail.id]));
  }
  const since = (next) => new URL(next.url).searchParams.get('since');
  socket.hears({ type: 'edited', seq: 11, id: 3, user: BEN, message: 'so', ts: 1 });
  socket.hears({ type: 'reaction', seq: 12, id: 3, user: BEN, emoji: '+1', on: true, ts: 1 });
  socket.hears({ type: 'deleted', seq: 13, id: 3, user: BEN, ts: 1 });
  assert.deepEqual(heard, [['edited', 3], ['reaction', 3], ['deleted', 3]]);
  socket.hears({ type: 'moderation', seq: 14 });
  socket.hears({ type: 'ack', cid: 'x', id: 99, seq: 99, dup: false });
  assert.equal(since(await redialled(socket, 1006)), '14', "never an ack's");
});
