/**
 * A socket that comes back: it dials, watches that the other end is alive, and after a loss dials again as the close
 * code allows. It knows nothing of rooms and messages.
 */

const OPENING_MS = 15_000; // from dialling to hello
const SILENCE_MS = 40_000; // browsers can't see the server's pings: after this long we ask
const PONG_MS = 10_000; // … and wait this long for any answer
const STEADY_MS = 10_000; // a connection that lived this long was a good one: the backoff starts anew

/** Whether a close code means that coming back is no use. */
export function ends(code) {
  return (code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999) || [1002, 1007, 1009].includes(code);
}

/** Full jitter: how long to stay away before dialling for the `attempt`th time (from 0), in ms. */
export function backoff(attempt, random = Math.random) {
  return random() * Math.min(20_000, 500 * 2 ** attempt);
}

/** See above. */
export class Line {
  #url;
  #WebSocket;
  #onstate;
  #onframe;
  #socket = null;
  #turn = 0; // counts dials and hang-ups: an answer to an earlier one is stale
  #state = 'idle';
  #attempt = 0;
  #stale = false; // the server said that the token has expired: the next dial needs a new one
  #away = null; // [least, most] ms to stay away, from the server's drain frame
  #openedAt = 0;
  #heardAt = 0;
  #timer; // whatever comes next: the end of patience with a dial or a silence, or the next dial

  /**
   * `url({fresh})` gives the address to dial (a promise is fine), null when there is no use in dialling; `fresh` asks for a
   * token newer than the last; when it throws, the line tries again later. `onframe` hears each JSON frame, `onstate` each
   * change as `{state, code, reason, delay}`.
   */
  constructor({ url, onframe, onstate, WebSocket }) {
    this.#url = url;
    this.#onframe = onframe;
    this.#onstate = onstate;
    this.#WebSocket = WebSocket;
  }

  /** `idle`, `connecting`, `open`, `waiting` (dials again by itself) or `ended`. */
  get state() {
    return this.#state;
  }

  /** Dials, unless that is done or about to be. */
  connect() {
    if (this.#state === 'idle' || this.#state === 'ended') this.#dial();
  }

  /** Hangs up, for as long as the caller likes. */
  close() {
    this.#hangUp(1000);
    this.#to('idle');
  }

  /** The network may be back, or the page was asleep: dial now if waiting, else make sure that the other end is there. */
  nudge() {
    if (this.#state === 'waiting') this.#dial();
    else if (this.#state === 'open') this.#probe();
  }

  /** The other end said hello: only now is the line open. */
  greeted() {
    this.#openedAt = Date.now();
    this.#to('open');
    this.#watch();
  }

  /** The other end is about to leave, and asks to stay away for `least` to `most` ms after it has, however it goes. */
  drain([least, most]) {
    this.#away = [least, most];
  }

  /** Sends a frame; the line is open. */
  write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  async #dial() {
    this.#hangUp();
    this.#away = null; // what an earlier server asked for
    const turn = this.#turn;
    this.#to('connecting');
    let url;
    try {
      url = await this.#url({ fresh: this.#stale });
    } catch {
      if (turn === this.#turn) this.#lost(0, 'no token');
      return;
    }
    if (turn !== this.#turn) return;
    if (!url) {
      this.#to('ended', { code: 0, reason: 'no token' });
      return;
    }
    this.#stale = false;
    const socket = new this.#WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
    this.#after(OPENING_MS, () => this.#lost(0, 'no answer'));
  }

  /** Lets go of the present socket, whatever it is doing; its answer to the close is not waited for. */
  #hangUp(code) {
    this.#turn += 1;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }

  #lost(code, reason) {
    const steady = this.#state === 'open' && Date.now() - this.#openedAt >= STEADY_MS;
    this.#hangUp();
    if (ends(code)) {
      this.#to('ended', { code, reason });
      return;
    }
    if (steady) this.#attempt = 0;
    if (code === 3005) this.#stale = true;
    const [least, most] = this.#away ?? [];
    const delay = this.#away ? least + Math.random() * (most - least) : backoff(this.#attempt);
    this.#attempt += 1;
    this.#away = null;
    this.#to('waiting', { code, reason, delay });
    this.#after(delay, () => this.#dial());
  }

  #hear(data) {
    this.#heardAt = Date.now();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // every frame of this protocol is JSON: whatever this is, it isn't for us
    }
    this.#onframe(frame);
  }

  /** Waits out the silence that is allowed, counted from the last frame. */
  #watch() {
    const rest = this.#heardAt + SILENCE_MS - Date.now();
    this.#after(rest, () => (Date.now() - this.#heardAt < SILENCE_MS ? this.#watch() : this.#probe()));
  }

  #probe() {
    const asked = Date.now();
    this.write({ type: 'ping' });
    this.#after(PONG_MS, () => (this.#heardAt >= asked ? this.#watch() : this.#lost(0, 'no answer')));
  }

  #to(state, more = {}) {
    this.#state = state;
    this.#onstate({ state, ...more });
  }

  #after(ms, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, Math.max(0, ms));
  }
}
