/** The page: which of its views is shown, and who is signed in. The address's hash says where one is: `#lobby` is a room. */

import { ApiError, post } from './api.js';
import { Chat } from './chat.js';
import { clear, onSubmit } from './forms.js';
import { resend, showLetter } from './letter.js';
import { Rooms, isRoomName } from './rooms.js';
import { Session } from './session.js';

const find = (selector) => document.querySelector(selector);
const views = ['sign-in', 'register', 'letter', 'rooms'].map((id) => find(`#${id}`));
const UNCONFIRMED = 'Your e-mail address isn’t confirmed yet. Follow the link in our letter, then sign in.';
const TITLES = { 'sign-in': 'Sign in', register: 'Make an account', letter: 'A letter is on its way', rooms: 'Rooms' };

let session = null;
let chat = null;
let wanted = null; // the room that was asked for while nobody was signed in
let awaited = null; // the address a letter went to
const rooms = new Rooms(find('#rooms'), { enter: (name) => go(name) });

function go(to) {
  if (location.hash === `#${to}`) arrive();
  else location.hash = to;
}

/** Shows what the hash asks for, as far as it may be shown. */
function arrive() {
  const to = location.hash.slice(1);
  chat?.close();
  chat = null;
  if (session) {
    if (isRoomName(to)) enter(to);
    else show('rooms');
  } else {
    if (isRoomName(to)) wanted = to;
    arriveOutside(to);
  }
}

function arriveOutside(to) {
  if (to === '/register' || (to === '/letter' && awaited)) {
    show(to.slice(1));
  } else {
    show('sign-in');
  }
}

function enter(name) {
  rooms.visited(name);
  find('#hall').hidden = true;
  find('#room').hidden = false;
  chat = new Chat(find('#room'), { name, session, onOver: () => leave('You were signed out.') });
  chat.focus();
}

function show(id) {
  find('#hall').hidden = false;
  find('#room').hidden = true;
  for (const view of views) view.hidden = view.id !== id;
  document.title = `${TITLES[id]} · Parlour`;
  if (id === 'rooms') rooms.show(session.user);
  find(`#${id} h1`).focus();
}

/** Back to the door, with a word why. */
function leave(why) {
  session = null;
  notice(why);
  arrive();
}

function notice(words) {
  const place = find('#sign-in .notice');
  place.textContent = words;
  place.hidden = words === '';
}

async function signOut() {
  const left = session;
  wanted = null;
  session = null;
  chat?.close();
  go('/sign-in');
  notice('You are signed out.');
  try {
    await left.close();
  } catch {
    notice('You are signed out here, but the server couldn’t be told.');
  }
}

onSubmit(find('#sign-in form'), 'Signing in…', async ({ email, password }) => {
  const again = find('#resend');
  again.hidden = true;
  try {
    session = await Session.open(email, password);
  } catch (error) {
    if (error.code !== 'email_not_verified') throw error;
    again.hidden = false;
    throw new ApiError({ status: error.status, general: [UNCONFIRMED] });
  }
  session.addEventListener('end', ({ target }) => target === session && leave('You were signed out.'));
  clear(find('#sign-in form'));
  notice('');
  go(wanted ?? '/rooms');
});

find('#resend button').addEventListener('click', () => {
  awaited = find('#sign-in-email').value;
  showLetter(awaited);
  go('/letter');
  find('#letter form').requestSubmit();
});

onSubmit(find('#register form'), 'Making it…', async (values) => {
  const { email } = await post('/users/register/', values);
  awaited = email;
  clear(find('#register form'));
  find('#sign-in-email').value = email;
  showLetter(email);
  go('/letter');
});

onSubmit(find('#letter form'), 'Sending…', () => resend(awaited));

for (const button of document.querySelectorAll('.sign-out')) button.addEventListener('click', signOut);
addEventListener('hashchange', arrive);
arrive();
