/** The view where one chooses a room. */

import { ApiError } from './api.js';
import { clear, onSubmit } from './forms.js';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const FIRST = 'lobby';
const MOST = 12; // doors shown

/** Whether a text can name a room. */
export function isRoomName(text) {
  return NAME.test(text);
}

/** See above. */
export class Rooms {
  #view;
  #names = [FIRST]; // the last visited first

  /** `enter` goes into the room of a name. */
  constructor(view, { enter }) {
    this.#view = view;
    const form = view.querySelector('form');
    onSubmit(form, 'Go in', ({ room }) => {
      const name = room.trim().replace(/^#/, '');
      if (!isRoomName(name)) throw new ApiError({ status: 400, fields: { room: [wrong(name)] } });
      clear(form);
      enter(name);
    });
  }

  /** Remembers a visit, as long as the page is open. */
  visited(name) {
    this.#names = [name, ...this.#names.filter((other) => other !== name)].slice(0, MOST);
  }

  /** Shows the doors to `me`. */
  show(me) {
    this.#view.querySelector('.me').textContent = me.username;
    const template = document.querySelector('#door');
    const doors = this.#names.map((name) => {
      const door = template.content.firstElementChild.cloneNode(true);
      const link = door.querySelector('a');
      link.href = `#${name}`;
      link.querySelector('.name').textContent = name;
      return door;
    });
    this.#view.querySelector('.doors').replaceChildren(...doors);
  }
}

function wrong(name) {
  if (name === '') return 'Say which room.';
  return 'A room’s name has up to 64 letters (A to Z), digits, hyphens and underscores.';
}
