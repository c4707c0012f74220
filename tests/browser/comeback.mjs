// Two people talk in a real browser while the server goes and comes back.
//
//   node tests/browser/comeback.mjs http://127.0.0.1:8080
//
// Whoever starts this moves the server: it prints `stop`, `kill` or `start`, and waits for a line that says that it is done. At
// the end it prints what each of the two sees, as JSON: `[["text", …], ["text", …]]`. Exits 1, and says why, if anything isn't
// as it should be.

import { createInterface } from 'node:readline';
import { Browser } from './browser.mjs';
import { field, followTheLetter, isIn, person, register, say, signIn } from './steps.mjs';

const ROOM = 'lobby';
const [, , base] = process.argv;
const browser = await Browser.start({ base });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

try {
  await comeback();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
}
for (const words of browser.complaints) console.error(`a page complained: ${words}`);
if (browser.complaints.length > 0) process.exitCode = 1;
process.stdin.destroy();

async function comeback() {
  const ann = await enters('ann');
  const ben = await enters('ben');
  await say(ann, 'Is anybody there?');
  await sees(ben, 'Is anybody there?');
  for (const [going, one, other] of [
    ['stop', 'The light went out.', 'It is back.'],
    ['kill', 'There it goes again.', 'And back, all at once.'],
  ]) {
    await browser.missing(async () => {
      await cue(going);
      await writes(ann, one);
      await cue('start');
      await sees(ben, one);
    });
    await isIn(ben, ROOM);
    await say(ben, other);
    await sees(ann, other);
  }
  await say(ben, 'Good night.');
  await sees(ann, 'Good night.');
  console.log(JSON.stringify([await seen(ann), await seen(ben)]));
}

async function cue(what) {
  console.log(what);
  await lines.next();
}

async function enters(name) {
  const someone = person(name, await browser.visitor());
  await someone.page.goto(`/#${ROOM}`);
  await someone.page.getByRole('link', { name: 'Make an account' }).click();
  await register(someone);
  await followTheLetter(someone);
  await someone.page.goto(`/#${ROOM}`);
  await signIn(someone);
  await isIn(someone, ROOM);
  return someone;
}

/** Says something to a server that isn't there. */
async function writes({ page }, words) {
  await field(page, 'Message').fill(words);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.note[data-fate=pending]', { hasText: words }).waitFor();
}

async function sees({ page }, words) {
  await page.locator('.note', { hasText: words }).waitFor();
}

async function seen({ page }) {
  return page.locator('.note .text').allInnerTexts();
}
