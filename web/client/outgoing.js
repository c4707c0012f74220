/**
 * What one wrote and the server has not yet stored. One message is on its way at a time: were there two, a retry of the
 * first would land behind the second. Each keeps its cid for good, so that sending it again can't store it twice.
 */

const ANSWER_MS = 10_000; // the server answers a command within 5 s, so this one's answer was lost
const TRIES = 5; // of one message on "rate_limited", "unavailable" or silence, before it has failed
const MOST = 200; // messages not yet stored; what is written beyond fails at once

/** See above. */
export class Outgoing {
  #items = new Map(); // cid → {cid, text, status, error, tries}, in the order written
  #write;
  #tell;
  #open = false;
  #sending = null; // the cid on its way
  #timer; // for its answer, or for the moment to try it again

  /** `write(item)` puts it on the line, `tell(item)` is told of each change: `pending`, `sent` or `failed`. */
  constructor({ write, tell }) {
    this.#write = write;
    this.#tell = tell;
  }

  /** A new message. */
  add(cid, text) {
    const full = this.#items.size >= MOST;
    this.#put({ cid, text, status: 'pending', tries: 0 });
    if (full) this.#fail(this.#items.get(cid), 'Too many messages are waiting.');
    this.#pump();
  }

  /** Sends a failed message again, behind what is waiting. */
  retry(cid) {
    const item = this.#items.get(cid);
    if (item?.status !== 'failed') return;
    this.#items.delete(cid);
    this.#put({ ...item, status: 'pending', error: undefined, tries: 0 });
    this.#pump();
  }

  /** Forgets a failed message. */
  discard(cid) {
    if (this.#items.get(cid)?.status === 'failed') this.#items.delete(cid);
  }

  /** The line is open: what is pending goes out, beginning with what was on its way when the line was lost. */
  resume() {
    this.#open = true;
    this.#pump();
  }

  /** The line is lost: whether what was on its way arrived is not known. */
  pause() {
    this.#open = false;
    this.#sending = null;
    clearTimeout(this.#timer);
  }

  /** The line won't come back. */
  end() {
    this.pause();
    for (const item of this.#items.values()) this.#fail(item, 'The conversation ended before this was sent.');
  }

  /** The server has stored it, at `{seq, ts}` as far as known. */
  stored(cid, place) {
    const item = this.#items.get(cid);
    if (!item) return;
    this.#items.delete(cid);
    this.#tell({ ...item, ...place, status: 'sent', error: undefined });
    this.#next(cid);
  }

  /** The server answered with an error frame. Gives whether it was about something of ours. */
  refused({ cid, code, error, retry_after: wait = 1000 }) {
    const item = this.#items.get(cid);
    if (item?.status !== 'pending') return false;
    item.tries += 1;
    const passing = code === 'unavailable' || code === 'rate_limited';
    if (passing && item.tries < TRIES) this.#after(wait, () => this.#next(cid));
    else this.#fail(item, error);
    return true;
  }

  #pump() {
    if (!this.#open || this.#sending) return;
    const item = [...this.#items.values()].find(({ status }) => status === 'pending');
    if (!item) return;
    const { cid } = item;
    this.#sending = cid;
    this.#write(item);
    this.#after(ANSWER_MS, () => this.refused({ cid, code: 'unavailable', error: 'The server did not answer.' }));
  }

  /** `cid` is answered for: the next one may go, or the same again. */
  #next(cid) {
    if (this.#sending !== cid) return;
    clearTimeout(this.#timer);
    this.#sending = null;
    this.#pump();
  }

  #fail(item, error) {
    if (item.status !== 'pending') return;
    this.#put({ ...item, status: 'failed', error });
    this.#next(item.cid);
  }

  #put(item) {
    this.#items.set(item.cid, item);
    this.#tell({ ...item });
  }

  #after(ms, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}
