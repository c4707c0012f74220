/** One message as it stands in the conversation. */

import { writeWithLinks } from './links.js';
import { clock, day, full, sameDay } from './time.js';

const BREATH_MS = 5 * 60_000; // one person's messages closer than this are set as one
const HUES = 8;
const FATES = { pending: 'Sending…', sent: 'Sent', failed: 'Not sent' };

/** See above. `seq` is Infinity until it is stored. */
export class Note {
  #parts;

  /** `retry` and `discard` act on one's own message that failed. */
  constructor(message, { mine, retry, discard }) {
    const template = document.querySelector('#note');
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#parts = Object.fromEntries(
      ['day', 'cameo', 'author', 'text', 'time', 'fate', 'trouble'].map((name) => [
        name,
        this.element.querySelector(name === 'time' ? 'time' : `.${name}`),
      ]),
    );
    const { user, cid } = message;
    this.user = user;
    this.cid = cid;
    this.mine = mine;
    this.element.classList.add(mine ? 'mine' : 'theirs', `hue-${(user?.id ?? 0) % HUES}`);
    const name = user?.username ?? 'Someone who left';
    this.#parts.author.textContent = name;
    this.#parts.cameo.textContent = [...name][0].toUpperCase();
    this.element.querySelector('.again').addEventListener('click', () => retry(this.cid));
    this.element.querySelector('.remove').addEventListener('click', () => discard(this.cid));
    this.write(message);
    this.update(message);
  }

  /** What is new about it: where it stands, when it was stored, what became of it. */
  update({ seq, ts, status, error }) {
    this.seq = seq ?? this.seq ?? Infinity;
    this.ts = ts ?? this.ts ?? Date.now();
    const { time, fate, trouble } = this.#parts;
    time.textContent = clock(this.ts);
    time.dateTime = new Date(this.ts).toISOString();
    time.title = full(this.ts);
    const known = status ?? (this.mine ? 'sent' : undefined);
    fate.textContent = known ? FATES[known] : '';
    if (known) this.element.dataset.fate = known;
    trouble.hidden = known !== 'failed';
    trouble.firstElementChild.textContent = error ? `Not sent: ${error}` : '';
  }

  /** Sets it below `above`: under a new day, under its author's name, or as the next thing the same person said. */
  place(above) {
    const newDay = !above || !sameDay(above.ts, this.ts);
    this.#parts.day.hidden = !newDay;
    this.#parts.day.textContent = newDay ? day(this.ts) : '';
    const same = !newDay && above.user?.id === this.user?.id && this.ts - above.ts < BREATH_MS;
    this.element.classList.toggle('follows', same);
  }

  /** What it says, or that it is deleted. */
  write({ message, text = message, deleted = false }) {
    this.element.classList.toggle('gone', deleted);
    if (deleted) {
      this.#parts.text.textContent = 'This message was deleted.';
    } else {
      writeWithLinks(this.#parts.text, text);
    }
  }
}
