/** Being in a room. */

import { Room } from '../parlour.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Timeline } from './timeline.js';

const PAGE = 50;
const PAGE_MOST = 200; // what the server gives at most
const AGAIN_MS = 3_000; // after a page of history that didn't come
const HEARD_MOST = 5; // announcements kept for screen readers
const OVER = new Set([0, 3500, 4503]); // closes that end the session, not only the visit

/** See above. */
export class Chat {
  #view;
  #room;
  #timeline;
  #composer;
  #connection;
  #leaving = new AbortController();
  #name;
  #me;
  #head = 0; // the room's seq at hello
  #whole = false; // whether what is held has no hole up to now
  #loading = false;
  #missed = 0; // messages that came while the page was hidden

  /** Enters the room `name`; `onOver` is called when the session turns out to be over. */
  constructor(view, { name, session, onOver }) {
    const { signal } = this.#leaving;
    this.#view = view;
    this.#name = name;
    this.#me = session.user;
    this.#room = new Room({ room: name, token: (wish) => session.access(wish) });
    this.#timeline = new Timeline(view, this.#me, {
      onTop: () => this.#earlier(),
      retry: (cid) => this.#mend(() => this.#room.retry(cid)),
      discard: (cid) => this.#mend(() => this.#room.discard(cid)),
      signal,
    });
    this.#composer = new Composer(view, { say: (text) => this.#room.send(text), me: this.#me, signal });
    this.#connection = new Connection(view, { again: () => this.#mend(() => this.#again()), signal });
    view.querySelector('h1').textContent = name;
    view.querySelector('.heard').replaceChildren();
    this.#titled();
    this.#listen(onOver);
    this.#room.connect();
  }

  /** Puts the cursor where one writes. */
  focus() {
    this.#composer.focus();
  }

  /** Leaves the room. */
  close() {
    this.#leaving.abort();
    this.#composer.clear();
    this.#room.close();
  }

  #listen(onOver) {
    const { signal } = this.#leaving;
    const hear = (type, act) => this.#room.addEventListener(type, ({ detail }) => act(detail), { signal });
    hear('state', (change) => {
      if (change.state === 'ended' && OVER.has(change.code)) onOver();
      else this.#connection.show(change);
    });
    hear('hello', (frame) => this.#greeted(frame));
    hear('message', (message) => this.#heard(message));
    hear('edited', (change) => this.#timeline.change(change));
    hear('deleted', ({ id }) => this.#timeline.change({ id, deleted: true }));
    hear('outgoing', (item) => this.#timeline.track(item));
    addEventListener('online', () => this.#room.nudge(), { signal });
    document.addEventListener('visibilitychange', () => this.#seen(), { signal });
  }

  /** The button that was pressed vanishes: the cursor goes back to where one writes. */
  #mend(act) {
    act();
    this.#composer.focus();
  }

  #again() {
    this.#room.nudge();
    this.#room.connect();
  }

  #greeted({ limits, seq, recovered }) {
    this.#composer.most = limits.message;
    if (recovered && this.#whole) return;
    this.#whole = false;
    this.#head = seq;
    this.#newest();
  }

  /** The newest page: at least as much as was held, so that a reader who scrolled up keeps the place. */
  async #newest() {
    const limit = Math.min(PAGE_MOST, Math.max(PAGE, this.#timeline.length));
    const head = this.#head;
    await this.#load({ before: head + 1, limit }, ({ messages, more }) => {
      this.#timeline.replace(messages, head);
      this.#timeline.setMore(more);
      this.#whole = true;
    });
    if (this.#whole || this.#room.state !== 'open') return;
    setTimeout(() => this.#room.state === 'open' && !this.#whole && this.#newest(), AGAIN_MS);
  }

  async #earlier() {
    if (!this.#whole) return;
    await this.#load({ before: this.#timeline.oldest, limit: PAGE }, ({ messages, more }) => {
      this.#timeline.put(messages);
      this.#timeline.setMore(more);
    });
  }

  async #load(query, show) {
    if (this.#loading) return;
    this.#loading = true;
    try {
      show(await this.#room.history(query));
    } catch {
      // The line was lost, or the server is busy: the next hello, scroll or timer asks again.
    } finally {
      this.#loading = false;
    }
  }

  #heard(message) {
    this.#timeline.hear(message);
    if (!this.#loading) this.#timeline.trim();
    if (message.user?.id === this.#me.id) return;
    this.#announce(message);
    if (!document.hidden) return;
    this.#missed += 1;
    this.#titled();
  }

  /** What others say is read out; one's own words and old ones aren't. */
  #announce({ user, message }) {
    const heard = this.#view.querySelector('.heard');
    const line = document.createElement('p');
    line.textContent = `${user?.username ?? 'Someone'}: ${message}`;
    heard.append(line);
    while (heard.childElementCount > HEARD_MOST) heard.firstElementChild.remove();
  }

  #seen() {
    if (document.hidden) return;
    this.#room.nudge();
    this.#missed = 0;
    this.#titled();
  }

  #titled() {
    document.title = `${this.#missed > 0 ? `(${this.#missed}) ` : ''}${this.#name} · Parlour`;
  }
}
