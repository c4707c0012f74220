// Takes the README's picture: a conversation on the real page of a running server that has no accounts yet.
//
//   node tests/browser/picture.mjs http://127.0.0.1:8080 docs/chat.png

import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from './browser.mjs';
import { followTheLetter, isIn, person, register, say, signIn } from './steps.mjs';

const [, , base, path] = process.argv;
const ROOM = 'library';
const PACE_MS = 15_000; // people think before they answer
const TALK = [
  ['ann', 'Has anyone seen the blue armchair?'],
  ['theo', 'By the window. The cat has it.'],
  ['ann', 'Then it is the cat’s. Where are we reading tonight?'],
  ['mina', 'Chapter nine, if nobody minds an early start. I put the kettle on.'],
  ['mina', 'Notes from last week: https://example.org/notes/chapter-8'],
  ['theo', 'Thank you! I only just finished eight on the train, it nearly made me miss my stop.'],
  ['ann', 'Nine it is. See you by the fire at seven.'],
];

const browser = await Browser.start({ base });
const people = new Map();
for (const name of new Set(TALK.map(([author]) => author))) people.set(name, await arrive(name));
for (const [name, words] of TALK) {
  await say(people.get(name), words);
  await pause(PACE_MS);
}
const { page } = people.get('ann');
await page.setViewportSize({ width: 1120, height: 720 });
await page.locator('.notes li').last().waitFor();
await page.screenshot({ path });
await browser.stop();

async function arrive(name) {
  const someone = person(name, await browser.visitor(), '');
  await someone.page.goto(`/#${ROOM}`);
  await someone.page.getByRole('link', { name: 'Make an account' }).click();
  await register(someone);
  await followTheLetter(someone);
  await someone.page.goto(`/#${ROOM}`);
  await signIn(someone);
  await isIn(someone, ROOM);
  return someone;
}
