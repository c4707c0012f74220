/** How the line to the server stands, in words; shown, and said to those who don't see it. */

const SOON_MS = 2_000; // a loss mended within this is not worth a banner

const ENDINGS = {
  3501: 'The server didn’t understand this page. Reload it and try again.',
  3504: 'You are in here too many times already. Close another tab or window, then try again.',
  3507: 'You may not enter this room.',
  3509: 'The server hung up after too many errors. Reload the page and try again.',
  4500: 'You may not enter this room any more.',
  4501: 'You were asked to leave this room.',
  4502: 'This room is gone.',
  1009: 'That message was too big for the server.',
};
const LOST = 'The line to the server is lost. It is being mended; what you write waits.';
const ABSENT = 'The server doesn’t answer yet. It is asked again and again; what you write waits.';
const ENDED = 'The conversation ended.';
const STATUS = {
  idle: '',
  connecting: 'Coming in…',
  open: 'Connected',
  waiting: 'Reconnecting…',
  ended: 'Not connected',
};

/** See above. */
export class Connection {
  #view;
  #status;
  #banner;
  #timer;
  #greeted = false;

  /** `again` is what the banner's button does. */
  constructor(view, { again, signal }) {
    this.#view = view;
    this.#status = view.querySelector('.status');
    this.#banner = view.querySelector('.banner');
    this.#banner.querySelector('button').addEventListener('click', again, { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
    this.#hush();
  }

  /** A change of the room's state. */
  show({ state, code }) {
    this.#view.dataset.line = state;
    const status = state === 'connecting' && this.#greeted ? STATUS.waiting : STATUS[state];
    if (this.#status.textContent !== status) this.#status.textContent = status; // said once, not at each try
    if (state === 'open') {
      this.#greeted = true;
      this.#hush();
    } else if (state === 'ended') {
      this.#hush();
      this.#say(ENDINGS[code] ?? ENDED, 'Try again');
    } else if (state === 'waiting') {
      const words = this.#greeted ? LOST : ABSENT;
      this.#timer ??= setTimeout(() => this.#say(words, 'Try now'), SOON_MS);
    }
  }

  #say(words, button) {
    this.#banner.querySelector('p').textContent = words;
    this.#banner.querySelector('button').textContent = button;
    this.#banner.hidden = false;
  }

  #hush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#banner.hidden = true;
  }
}
