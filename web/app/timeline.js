/** The conversation: messages in their order, each once. */

import { Note } from './note.js';
import { Place } from './place.js';

const MOST = 500; // notes held while the reader is at the end; older ones come back by scrolling up
const FEWEST = 400; // … and what is left when there were more
const BOUND = 5000; // held at most, wherever the reader is

/** See above. */
export class Timeline {
  #view;
  #me;
  #acts;
  #place;
  #notes = []; // by seq; what isn't stored yet stands last, in the order written

  /** `view` holds the elements; `me` is the reader; `onTop` fetches older messages; `retry` and `discard` act on a cid. */
  constructor(view, me, { onTop, retry, discard, signal }) {
    this.#view = view;
    this.#me = me;
    this.#acts = { retry, discard: (cid) => this.#discard(cid, discard) };
    this.#place = new Place(view, { onTop, signal });
    this.#list.replaceChildren();
    this.setMore(null);
  }

  get #list() {
    return this.#view.querySelector('.notes');
  }

  /** The seq of the oldest stored message, Infinity when there is none. */
  get oldest() {
    return this.#notes[0]?.seq ?? Infinity;
  }

  /** How many messages are held. */
  get length() {
    return this.#notes.length;
  }

  /** Whether there is more above: true, false, or null while that isn't known. */
  setMore(more) {
    this.#view.querySelector('.earlier').hidden = more !== true;
    this.#view.querySelector('.beginning').hidden = more !== false;
  }

  /** Messages of the room; those already held are left as they are. */
  put(messages) {
    this.#place.steady(() => messages.forEach((message) => this.#put(message)));
  }

  /** The newest page, in place of everything held up to the seq `head`. */
  replace(messages, head) {
    const page = new Set(messages.map(({ seq }) => seq));
    this.#place.steady(() => {
      for (const note of this.#notes.filter(({ seq }) => seq <= head && !page.has(seq))) this.#remove(note);
      messages.forEach((message) => this.#put(message));
    });
  }

  /** Something was just said: it is put at its place, and the reader is told if that is out of sight. */
  hear(message) {
    this.put([message]);
    if (message.user?.id !== this.#me.id) this.#place.notice();
  }

  /** The message `id` has another text, or none; if it isn't held, its page of history will say so. */
  change({ id, message, deleted }) {
    const note = this.#notes.find(({ seq }) => seq === id);
    if (note) this.#place.steady(() => note.write({ message, deleted }));
  }

  /** What became of something the reader wrote. */
  track(item) {
    const note = this.#notes.find(({ cid, mine }) => mine && cid === item.cid);
    if (note) this.#place.steady(() => this.#settle(note, item));
    if (note || item.status === 'sent') return;
    this.#insert(this.#note({ ...item, user: this.#me }));
    this.#place.toEnd();
  }

  /** Lets the oldest messages go when there are many. A reader who is among them keeps very many. */
  trim() {
    if (this.#notes.length <= (this.#place.atEnd ? MOST : BOUND)) return;
    this.#place.steady(() => this.#notes.slice(0, -FEWEST).forEach((note) => this.#remove(note)));
    this.setMore(true);
  }

  #note(message) {
    return new Note(message, { mine: message.user?.id === this.#me.id, ...this.#acts });
  }

  #put(message) {
    if (this.#notes.some(({ seq }) => seq === message.seq)) return;
    const mine = message.user?.id === this.#me.id;
    const written = this.#notes.find(({ cid, seq }) => mine && seq === Infinity && cid === message.cid);
    if (written) this.#settle(written, { ...message, status: 'sent' });
    else this.#insert(this.#note(message));
  }

  #settle(note, news) {
    note.update(news);
    const at = this.#cut(note);
    this.#insert(note);
    this.#arrange(at);
  }

  /** Puts a note where it belongs. One that hangs there already isn't touched: it would lose focus and selection. */
  #insert(note) {
    const at = this.#notes.findLastIndex(({ seq }) => seq <= note.seq) + 1;
    this.#notes.splice(at, 0, note);
    const next = this.#notes[at + 1]?.element ?? null;
    const { element } = note;
    if (!element.isConnected || element.nextElementSibling !== next) this.#list.insertBefore(element, next);
    this.#arrange(at);
    this.#arrange(at + 1);
  }

  #remove(note) {
    const at = this.#cut(note);
    note.element.remove();
    this.#arrange(at);
  }

  #cut(note) {
    const at = this.#notes.indexOf(note);
    this.#notes.splice(at, 1);
    return at;
  }

  #arrange(at) {
    this.#notes[at]?.place(this.#notes[at - 1]);
  }

  #discard(cid, act) {
    const note = this.#notes.find((held) => held.mine && held.cid === cid);
    if (note) this.#place.steady(() => this.#remove(note));
    act(cid);
  }
}
