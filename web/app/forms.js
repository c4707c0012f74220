/** Forms that say what is wrong beside the field it is wrong with. */

import { ApiError } from './api.js';

const WORDLESS = 'Something went wrong on this page. Reload it and try again.';

/**
 * Hands the form's values to `submit` when it is sent, once at a time. What `submit` throws as an `ApiError` is shown:
 * a field's words in the `.wrong` of its `.field`, the rest in the form's `.alert`. `busy` is the button's text meanwhile.
 */
export function onSubmit(form, busy, submit) {
  const button = form.querySelector('button[type=submit]');
  const alert = form.querySelector('.alert');
  let running = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (running) return;
    running = true;
    const label = button.textContent;
    button.textContent = busy;
    button.setAttribute('aria-disabled', 'true');
    say(alert, []);
    for (const input of fields(form)) mark(input, []);
    try {
      await submit(Object.fromEntries(new FormData(form)));
    } catch (error) {
      if (!(error instanceof ApiError)) console.error(error);
      show(form, alert, error instanceof ApiError ? error : new ApiError({ status: 0, general: [WORDLESS] }));
    } finally {
      running = false;
      button.textContent = label;
      button.removeAttribute('aria-disabled');
    }
  });
  form.addEventListener('input', ({ target }) => mark(target, []));
  for (const peek of form.querySelectorAll('.peek')) letPeek(form, peek);
}

/** Empties a form of values and words. */
export function clear(form) {
  form.reset();
  say(form.querySelector('.alert'), []);
  for (const input of fields(form)) mark(input, []);
}

function fields(form) {
  return form.querySelectorAll('.field input');
}

function show(form, alert, { general, fields: wrong }) {
  const strays = [];
  for (const [name, words] of Object.entries(wrong)) {
    const input = form.querySelector(`.field input[name="${CSS.escape(name)}"]`);
    if (input) mark(input, words);
    else strays.push(`${name}: ${words.join(' ')}`);
  }
  say(alert, [...general, ...strays]);
  form.querySelector('[aria-invalid=true]')?.focus();
}

function mark(input, words) {
  const place = input.closest('.field')?.querySelector('.wrong');
  if (!place) return;
  say(place, words);
  if (words.length > 0) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function say(place, words) {
  place.textContent = words.join('\n');
  place.hidden = words.length === 0;
}

/** A button that shows what the form's password fields hold, and hides it again. */
function letPeek(form, peek) {
  const secrets = form.querySelectorAll('input[type=password]');
  const turn = (open) => {
    peek.setAttribute('aria-pressed', String(open));
    for (const secret of secrets) secret.type = open ? 'text' : 'password';
  };
  peek.addEventListener('click', () => turn(peek.getAttribute('aria-pressed') !== 'true'));
  form.addEventListener('reset', () => turn(false));
  form.addEventListener('submit', () => turn(false)); // what is on its way is no longer on show, nor kept as plain text
}
