/** Where the reader is in the conversation: it stays put while things change around it, and at the end it follows. */

const NEAR_PX = 60; // so near the end counts as at the end
const AHEAD_PX = 300; // older messages are asked for this long before the reader comes to the top

/** See above. */
export class Place {
  #scroller;
  #list;
  #newer;
  #atEnd = true;
  #unseen = 0;
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  /** `view` holds the elements; `onTop` is called when the reader comes near the top, or asks for what is above it. */
  constructor(view, { onTop, signal }) {
    this.#scroller = view.querySelector('.scroller');
    this.#list = view.querySelector('.notes');
    this.#newer = view.querySelector('.newer');
    const earlier = view.querySelector('.earlier');
    this.#showUnseen();
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true });
    this.#newer.addEventListener('click', () => this.#follow(), { signal });
    earlier.addEventListener('click', onTop, { signal });
    const sight = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && onTop(), {
      root: this.#scroller,
      rootMargin: `${AHEAD_PX}px 0px 0px 0px`,
    });
    sight.observe(earlier);
    const shape = new ResizeObserver(() => this.#atEnd && this.toEnd());
    shape.observe(this.#scroller);
    shape.observe(this.#list);
    signal.addEventListener('abort', () => {
      sight.disconnect();
      shape.disconnect();
    });
  }

  /** Whether the reader sees the newest message. */
  get atEnd() {
    return this.#atEnd;
  }

  /** Changes the conversation; what the reader was looking at stays where it is. */
  steady(change) {
    if (this.#atEnd) {
      change();
      this.toEnd();
      return;
    }
    const top = this.#scroller.getBoundingClientRect().top;
    const anchor = [...this.#list.children].find((note) => note.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  /** Goes to the newest message. */
  toEnd() {
    this.#atEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Something new was said: the reader is told, unless it is in sight. */
  notice() {
    if (this.#atEnd) return;
    this.#unseen += 1;
    this.#showUnseen();
  }

  #follow() {
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: this.#still.matches ? 'instant' : 'smooth' });
    this.#scroller.focus({ preventScroll: true }); // the button is about to vanish
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (!this.#atEnd || this.#unseen === 0) return;
    this.#unseen = 0;
    this.#showUnseen();
  }

  #showUnseen() {
    this.#newer.hidden = this.#unseen === 0;
    this.#newer.textContent = this.#unseen === 1 ? '1 new message' : `${this.#unseen} new messages`;
  }
}
