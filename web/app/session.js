/** One sign-in. Its tokens are held in this object and nowhere else: not in storage, not in a cookie. */

import { ApiError, post } from './api.js';

const AHEAD_MS = 60_000; // an access token is renewed this long before it expires, or at half its life
const AGAIN_MS = 15_000; // after a renewal that failed for want of an answer

/** See above. Fires `end` when the server no longer knows it. */
export class Session extends EventTarget {
  #access;
  #refresh;
  #lifeMs;
  #renewAt;
  #renewing = null;
  #timer;
  /** `{id, email, username, …}`, as the server told at sign-in. */
  user;

  /** Signs in; throws an `ApiError`. */
  static async open(email, password) {
    return new Session(await post('/users/login/', { email, password }));
  }

  /** Takes what a sign-in answered. */
  constructor({ user, ...tokens }) {
    super();
    this.user = user;
    this.#hold(tokens);
  }

  /** An access token, newer than the last if `fresh`; null when the session is over. Throws when none can be had now. */
  async access({ fresh = false } = {}) {
    if (this.#refresh && (fresh || Date.now() >= this.#renewAt)) await this.#renew();
    return this.#access;
  }

  /** Signs out. The tokens are forgotten whatever the server answers. */
  async close() {
    const refresh = this.#refresh;
    this.#forget();
    if (refresh) await post('/logout/', { refresh });
  }

  /** However many ask at once, the refresh token is shown once. */
  #renew() {
    this.#renewing ??= this.#exchange().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #exchange() {
    try {
      const tokens = await post('/token/refresh/', { refresh: this.#refresh });
      if (this.#refresh) this.#hold(tokens); // else we signed out meanwhile
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      if (!this.#refresh) return;
      this.#forget();
      this.dispatchEvent(new Event('end'));
    }
  }

  #hold({ access, refresh, expires_in: seconds }) {
    this.#access = access;
    this.#refresh = refresh;
    if (seconds) this.#lifeMs = seconds * 1000; // a refresh doesn't repeat it
    const wait = Math.max(this.#lifeMs - AHEAD_MS, this.#lifeMs / 2);
    this.#renewAt = Date.now() + wait;
    this.#renewLater(wait);
  }

  #renewLater(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew().catch(() => this.#renewLater(AGAIN_MS)), ms);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#access = null;
    this.#refresh = null;
  }
}
