// What people do on the pages, as they would do it: by the words they see, and the keyboard.

import assert from 'node:assert/strict';

const PASSWORD = 'three calm owls by the fire';

/** Somebody with a name that nobody had before; `suffix` tells runs apart. */
export function person(name, page, suffix = `-${Math.random().toString(36).slice(2, 8)}`) {
  return { name: `${name}${suffix}`, email: `${name}${suffix}@example.org`, page };
}

/** The field a person sees under this label; other views have theirs, hidden. */
export function field(page, label) {
  return page.getByLabel(label, { exact: true }).filter({ visible: true });
}

/** Fills the form for a new account in, without sending it. */
export async function fillIn(page, { name, email, password = PASSWORD, again = password }) {
  await field(page, 'Name').fill(name);
  await field(page, 'E-mail').fill(email);
  await field(page, 'Password').fill(password);
  await field(page, 'Password again').fill(again);
}

/** Makes an account, up to the page that says where the letter went. */
export async function register(someone) {
  const { page, email } = someone;
  await fillIn(page, someone);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('heading', { name: 'A letter is on its way' }).waitFor();
  await page.getByText(email).waitFor();
  await page.getByRole('link', { name: 'open the mailbox' }).waitFor();
}

/** Reads the letter as its receiver would, presses the button behind its link, and goes on to sign in. */
export async function followTheLetter({ page, email }, look = async () => {}) {
  await page.goto('/dev/mailbox');
  await look('mailbox');
  await page.getByRole('link', { name: email }).first().click();
  await page.locator('a[href*="/activate?token="]').first().waitFor();
  // The words are there before the style is.
  await page.waitForLoadState();
  await look('mailbox-letter');
  await page.locator('a[href*="/activate?token="]').first().click();
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  assert.equal(new URL(page.url()).search, '', 'the token is gone from the address bar');
  await look('activate');
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  await look('activated');
  await page.getByRole('link', { name: 'Sign in' }).click();
}

/** Types the credentials in and sends them, by keyboard alone. */
export async function typeCredentials({ page, email }) {
  await field(page, 'E-mail').fill(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
}

/** Signs in, up to whatever comes behind the door. */
export async function signIn(someone) {
  const door = someone.page.getByRole('heading', { name: 'Come in' });
  await door.waitFor();
  await typeCredentials(someone);
  await door.waitFor({ state: 'hidden' });
}

/** Waits until the page is in `room`. */
export async function isIn({ page }, room) {
  await page.getByRole('heading', { name: room, exact: true }).waitFor();
  await page.locator('#room[data-line=open]').waitFor();
  assert.equal(new URL(page.url()).hash, `#${room}`);
}

/** Says something, up to its being stored. */
export async function say({ page }, words) {
  await field(page, 'Message').fill(words);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.note[data-fate=sent]', { hasText: words }).waitFor();
}
