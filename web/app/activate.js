/** The page behind the letter's link. It waits for a press of the button: mail scanners follow links, and press nothing. */

import { ApiError, post } from './api.js';
import { onSubmit } from './forms.js';
import { token } from './take-token.js';

const BARE = 'The link in the letter is longer than what arrived here. Open it from the letter, or have a new letter sent.';
const WHY = {
  'The token has expired': 'It was good for a day, and that day is over.',
  'Invalid token': 'Perhaps it was cut short on its way, or a newer letter took its place.',
};

const find = (selector) => document.querySelector(selector);

function show(id) {
  for (const view of document.querySelectorAll('.card > section')) view.hidden = view.id !== id;
  find(`#${id} h1`).focus();
}

function stale(why) {
  find('#stale .why').textContent = why;
  show('stale');
}

onSubmit(find('#confirm form'), 'Confirming…', async () => {
  try {
    await post('/users/activate/', { token });
    show('done');
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    stale(WHY[error.message] ?? error.message);
  }
});

onSubmit(find('#stale form'), 'Sending…', async ({ email }) => {
  const { detail } = await post('/users/resend-activation/', { email });
  const notice = find('#stale .notice');
  notice.textContent = detail;
  notice.hidden = false;
});

if (token) show('confirm');
else stale(BARE);
