/**
 * A client for one Parlour room: it connects, comes back after a lost connection, and sees to it that what was written is
 * stored once, in the order it was written. No dependency; for browsers, and any runtime with a `WebSocket`.
 *
 *     const room = new Room({ room: 'lobby', token: () => accessToken() });
 *     room.addEventListener('message', ({ detail }) => show(detail.user.username, detail.message, detail.ts));
 *     room.addEventListener('outgoing', ({ detail }) => mark(detail.cid, detail.status));
 *     room.connect();
 *     room.send('hello');
 *
 * Events (each a `CustomEvent` with a `detail`):
 *
 * - `state` `{state, code, reason, delay}`: `idle`, `connecting`, `open`, `waiting` (lost; dials again after `delay` ms) or
 *   `ended` (the close code says that coming back is no use; code 0: there was no token any more).
 * - `hello`: the server's hello frame. `recovered: false` means: discard what you hold, and page `history` anew.
 * - `message`: a message frame, one's own too. The same `seq` may come again in an answer to `history`.
 * - `edited`, `deleted`, `reaction`: such a frame; `id` is the `seq` of the message that it is about.
 * - `outgoing` `{cid, text, status, error, seq, ts}`: what one wrote is now `pending`, `sent` or `failed`.
 * - `error`: an error frame that answers nothing in particular.
 */

import { Line } from './client/line.js';
import { Outgoing } from './client/outgoing.js';
import { uuid7 } from './client/uuid7.js';

const ANSWER_MS = 10_000;

/** One room, over one socket at a time. */
export class Room extends EventTarget {
  #line;
  #outgoing;
  #since = 0; // seq of the last numbered frame received
  #epoch = null; // … and the log it belongs to; null before the first hello
  #me = null;
  #skew = 0; // the server's clock less ours, ms
  #asks = new Map(); // rid → what a call of history waits on
  #lastRid = 0;

  /**
   * `token({fresh})` gives an access token (a promise is fine), null when there is none any more; `fresh` asks for one
   * newer than the last; when it throws, the room tries again later. `base` is the server, like `https://chat.example`.
   */
  constructor({ room, token, base = globalThis.location?.origin, WebSocket = globalThis.WebSocket }) {
    super();
    const address = `${base.replace(/^http/, 'ws')}/ws/chat/${encodeURIComponent(room)}/`;
    this.#line = new Line({
      url: async (wish) => this.#url(address, await token(wish)),
      onframe: (frame) => this.#hear(frame),
      onstate: (change) => this.#changed(change),
      WebSocket,
    });
    this.#outgoing = new Outgoing({
      write: ({ cid, text }) => this.#line.write({ type: 'message', message: text, cid }),
      tell: (item) => this.#tell('outgoing', item),
    });
  }

  /** `idle`, `connecting`, `open`, `waiting` or `ended`. */
  get state() {
    return this.#line.state;
  }

  /** Connects, and stays connected until `close`, or until the server says that it is over. */
  connect() {
    this.#line.connect();
  }

  /** Leaves. What is not yet stored stays pending, and goes out should `connect` be called again. */
  close() {
    this.#line.close();
  }

  /** The network may be back, or the page was asleep: dial now if waiting, else make sure that the server is there. */
  nudge() {
    this.#line.nudge();
  }

  /**
   * Sends a message, now or when the line is back; when that has ended, the message fails at once. Gives its cid, by which
   * `outgoing` events speak of it.
   */
  send(text) {
    const cid = uuid7(Date.now() + this.#skew);
    this.#outgoing.add(cid, text);
    if (this.state === 'ended') this.#outgoing.end();
    return cid;
  }

  /** Sends a failed message again, under the same cid: should it have been stored after all, there is still only one. */
  retry(cid) {
    this.#outgoing.retry(cid);
    if (this.state === 'ended') this.#outgoing.end();
  }

  /** Forgets a failed message. */
  discard(cid) {
    this.#outgoing.discard(cid);
  }

  /** A page of what was said `before` or `after` a seq, oldest first: `{messages, more}`. Rejects when the line is lost. */
  history({ before, after, limit = 50 } = {}) {
    if (this.state !== 'open') return Promise.reject(new Error('not connected'));
    this.#lastRid += 1;
    const rid = this.#lastRid;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#answer(rid, 'reject', new Error('no answer')), ANSWER_MS);
      this.#asks.set(rid, { resolve, reject, timer });
      this.#line.write({ type: 'history', before, after, limit, rid });
    });
  }

  #url(address, token) {
    if (!token) return null;
    const query = new URLSearchParams({ token });
    if (this.#epoch !== null) {
      query.set('since', this.#since);
      query.set('epoch', this.#epoch);
    }
    return `${address}?${query}`;
  }

  #changed(change) {
    if (change.state !== 'open') {
      this.#outgoing.pause();
      for (const rid of [...this.#asks.keys()]) this.#answer(rid, 'reject', new Error('connection lost'));
    }
    this.#tell('state', change);
    if (change.state === 'ended') this.#outgoing.end();
  }

  #hear(frame) {
    switch (frame.type) {
      case 'hello':
        return this.#hello(frame);
      case 'message':
        this.#received(frame);
        this.#tell('message', frame);
        return this.#stored(frame);
      case 'edited':
      case 'deleted':
      case 'reaction':
        this.#received(frame);
        return this.#tell(frame.type, frame);
      case 'ack':
        return this.#outgoing.stored(frame.cid, { seq: frame.seq });
      case 'history':
        frame.messages.forEach((message) => this.#stored(message));
        return this.#answer(frame.rid, 'resolve', { messages: frame.messages, more: frame.more });
      case 'error':
        return this.#refused(frame);
      case 'drain':
        return this.#line.drain(frame.retry);
      default:
        return this.#received(frame); // a later server may say more than we know
    }
  }

  #hello(frame) {
    this.#me = frame.user;
    this.#skew = frame.now - Date.now();
    if (!frame.recovered) this.#since = frame.seq; // what came before is paged by history
    this.#epoch = frame.epoch;
    this.#line.greeted();
    this.#tell('hello', frame);
    this.#outgoing.resume();
  }

  /** Whatever is numbered is part of the room's log: should the line be lost, what comes after it is what was missed. */
  #received({ seq }) {
    if (Number.isSafeInteger(seq)) this.#since = Math.max(this.#since, seq);
  }

  /** A stored message settles what we sent under its cid; but anyone may use any cid, so it must be ours. */
  #stored({ user, cid, seq, ts }) {
    if (user?.id === this.#me?.id) this.#outgoing.stored(cid, { seq, ts });
  }

  #refused(frame) {
    if (this.#answer(frame.rid, 'reject', new Error(frame.error))) return;
    if (!this.#outgoing.refused(frame)) this.#tell('error', frame);
  }

  #answer(rid, how, value) {
    const ask = this.#asks.get(rid);
    if (!ask) return false;
    this.#asks.delete(rid);
    clearTimeout(ask.timer);
    ask[how](value);
    return true;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
