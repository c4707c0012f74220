/** Where one writes. */

const NEAR = 200; // characters left from which the count is shown

/** See above. */
export class Composer {
  #form;
  #box;
  #count;
  #most = 0;

  /** `say` takes what was written. */
  constructor(view, { say, me, signal }) {
    this.#form = view.querySelector('.composer');
    this.#box = this.#form.querySelector('textarea');
    this.#count = this.#form.querySelector('.count');
    this.#box.placeholder = `Say something, ${me.username}`;
    const touch = matchMedia('(pointer: coarse)').matches; // there, Enter makes a line and the button sends
    this.#box.enterKeyHint = touch ? 'enter' : 'send';
    this.#form.addEventListener('submit', (event) => this.#submit(event, say), { signal });
    this.#box.addEventListener('input', () => this.#measure(), { signal });
    this.#box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch) return;
      event.preventDefault();
      this.#form.requestSubmit();
    }, { signal });
    addEventListener('resize', () => this.#measure(), { signal });
    this.#measure();
  }

  /** At most so many characters a message; 0: no limit. */
  set most(characters) {
    this.#most = characters;
    this.#measure();
  }

  /** Puts the cursor there, unless that would open a keyboard over the page. */
  focus() {
    if (matchMedia('(pointer: fine)').matches) this.#box.focus();
  }

  /** Gives away what was being written, and is empty. */
  clear() {
    this.#box.value = '';
    this.#measure();
  }

  get #left() {
    return this.#most === 0 ? Infinity : this.#most - [...this.#box.value.trim()].length;
  }

  #submit(event, say) {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (text === '' || this.#left < 0) {
      this.#box.focus();
      return;
    }
    this.clear();
    this.#box.focus();
    say(text);
  }

  #measure() {
    const left = this.#left;
    this.#count.textContent = left < 0 ? `${-left} too many` : left < NEAR ? `${left} left` : '';
    this.#form.classList.toggle('over', left < 0);
    this.#box.setAttribute('aria-invalid', String(left < 0));
    this.#box.style.height = 'auto';
    const edges = this.#box.offsetHeight - this.#box.clientHeight;
    this.#box.style.height = `${this.#box.scrollHeight + edges}px`;
  }
}
