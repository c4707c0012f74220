/** The view that says a letter was sent. */

import { post } from './api.js';

const view = document.querySelector('#letter');

/** Says to whom. Where letters go to files, there is a mailbox to look into. */
export async function showLetter(address) {
  view.querySelector('.address').textContent = address;
  view.querySelector('.notice').hidden = true;
  const mailbox = view.querySelector('.mailbox');
  mailbox.hidden = true;
  try {
    const { ok } = await fetch('/dev/mailbox', { method: 'HEAD', credentials: 'omit', cache: 'no-store' });
    mailbox.hidden = !ok;
  } catch {
    // No answer, no link: the letter is on its way all the same.
  }
}

/** Asks for the letter once more; throws an `ApiError`. */
export async function resend(email) {
  const { detail } = await post('/users/resend-activation/', { email });
  const notice = view.querySelector('.notice');
  notice.textContent = detail;
  notice.hidden = false;
}
