// Two people register, follow their letters, sign in and talk, in a real browser.
//
//   node tests/browser/journey.mjs http://127.0.0.1:8080 [folder for screenshots]
//
// The folder may be in $SCREENSHOTS too, the browser in $CHROMIUM. Prints `ok` last; exits 1, and says why, if anything
// isn't as it should be: a page that complains in its console, or trips over its content security policy, is such a thing.

import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';
import { field, fillIn, followTheLetter, isIn, person, register, say, signIn, typeCredentials } from './steps.mjs';

const [, , base, folder = process.env.SCREENSHOTS] = process.argv;
if (!base) {
  console.error('usage: journey.mjs BASE_URL [FOLDER]');
  process.exit(2);
}

const ROOM = `journey-${Date.now().toString(36)}`;
const browser = await Browser.start({ base: base.replace(/\/$/, ''), folder });

try {
  await journey();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
}
for (const words of browser.complaints) console.error(`a page complained: ${words}`);
if (browser.complaints.length > 0) process.exitCode = 1;
if (!process.exitCode) console.log('ok');

async function journey() {
  const ann = person('ann', await browser.visitor({ phone: true }));
  const ben = person('ben', await browser.visitor({ scheme: 'dark' }));
  const look = (name) => browser.look(ann.page, name);

  await ann.page.goto('/');
  await look('sign-in');
  await aMistakeIsShownBesideItsField(ann);
  await look('register-wrong');
  await register(ann);
  await look('letter');
  await cannotSignInYet(ann);
  await look('sign-in-unconfirmed');
  await followTheLetter(ann, look);
  await signIn(ann);
  await choose(ann);

  await ben.page.goto(`/#${ROOM}`);
  await ben.page.getByRole('link', { name: 'Make an account' }).click();
  await register(ben);
  await followTheLetter(ben);
  await ben.page.goto(`/#${ROOM}`);
  await signIn(ben);
  await isIn(ben, ROOM);

  await say(ann, 'Good evening! Is the kettle on?');
  await hears(ben, ann, 'Good evening! Is the kettle on?');
  await say(ben, 'It is. <b>Mind</b> the cat on https://example.org/armchair?by=fire, she bites.');
  await hears(ann, ben, 'It is. <b>Mind</b> the cat on https://example.org/armchair?by=fire, she bites.');
  await linksAreSafe(ann);
  await theTalkIsThereAfterAReload(ben);
  await look('room');
  await nothingIsKept(ann);
  await signOut(ann);
}

async function aMistakeIsShownBesideItsField({ page }) {
  await page.getByRole('link', { name: 'Make an account' }).click();
  await fillIn(page, { name: 'mistaken', email: 'not an address', password: '12345', again: '54321' });
  await isRefused(page, 'E-mail', /valid email/);
  await field(page, 'E-mail').fill('mistaken@example.org');
  await isRefused(page, 'Password', /do not match/);
  assert.equal(await field(page, 'E-mail').getAttribute('aria-invalid'), null, 'what was put right is no longer marked');
}

async function isRefused(page, label, words) {
  const input = field(page, label);
  await browser.expecting(400, async () => {
    await page.getByRole('button', { name: 'Make my account' }).click();
    await page.locator('.field', { has: input }).getByText(words).waitFor();
  });
  assert.equal(await input.getAttribute('aria-invalid'), 'true', `${label} is marked`);
  assert.ok(await input.evaluate((element) => element === document.activeElement), `${label} has the focus`);
}

async function cannotSignInYet(someone) {
  const { page } = someone;
  await page.getByRole('link', { name: 'Sign in' }).click();
  await browser.expecting(401, async () => {
    await typeCredentials(someone);
    await page.getByText('isn’t confirmed yet').waitFor();
  });
}

async function choose(someone) {
  const { page, name } = someone;
  await page.getByText(name).waitFor();
  await browser.look(page, 'rooms');
  await field(page, 'Another room').fill(ROOM);
  await page.keyboard.press('Enter');
  await isIn(someone, ROOM);
}

async function hears({ page }, author, words) {
  const note = page.locator('.note.theirs', { hasText: words });
  await note.waitFor();
  assert.equal(await note.locator('.text').innerText(), words);
  assert.equal(await note.locator('.author').textContent(), author.name);
  const at = Date.parse(await note.locator('time').getAttribute('datetime'));
  assert.ok(Math.abs(Date.now() - at) < 120_000, 'the message says when it was written');
  const heard = page.locator('[aria-live=polite]', { hasText: words });
  assert.equal(await heard.count(), 1, 'the message is read out');
}

async function linksAreSafe({ page }) {
  const link = page.locator('.note .text a');
  assert.equal(await link.getAttribute('href'), 'https://example.org/armchair?by=fire');
  assert.match(await link.getAttribute('rel'), /noopener/);
  assert.equal(await page.locator('.note .text b').count(), 0, 'markup stays text');
}

/** A token lives in the page alone: after a reload one signs in again, is back in the room, and finds the conversation. */
async function theTalkIsThereAfterAReload(someone) {
  const { page } = someone;
  await page.reload();
  await signIn(someone);
  await isIn(someone, ROOM);
  await page.locator('.note.theirs', { hasText: 'Is the kettle on?' }).waitFor();
  await page.locator('.note.mine', { hasText: 'she bites' }).waitFor();
  assert.equal(await page.locator('.note').count(), 2, 'each message once');
}

async function nothingIsKept({ page }) {
  const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
  assert.deepEqual(kept, [0, 0, ''], 'the page keeps nothing in the browser');
  assert.deepEqual(await page.context().cookies(), []);
}

async function signOut({ page }) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  await page.getByRole('heading', { name: 'Come in' }).waitFor();
}
