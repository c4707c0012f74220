// A sign-in of the page, against a server that answers as the test says.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { ApiError } from '../../web/app/api.js';
import { Session } from '../../web/app/session.js';

let answers; // what the server says next, in turn: [status, body], or an Error where it can't be reached
let asked;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_795_503_636_000 });
  answers = [];
  asked = [];
  mock.method(globalThis, 'fetch', async (path, { body }) => {
    asked.push([path, JSON.parse(body)]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    const [status, json] = answer;
    return new Response(json === undefined ? null : JSON.stringify(json), { status });
  });
});

/** Lets what awaits a promise go on. */
async function settled() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

function signedIn() {
  const made = new Session({ access: 'a1', refresh: 'r1', expires_in: 900, user: { id: 7, username: 'ann' } });
  let ends = 0;
  made.addEventListener('end', () => (ends += 1));
  return { session: made, ends: () => ends };
}

test('the access token is renewed a minute before it expires', async () => {
  const { session } = signedIn();
  answers = [[200, { access: 'a2', refresh: 'r2' }], [200, { access: 'a3', refresh: 'r3' }]];
  mock.timers.tick(839_999);
  assert.equal(await session.access(), 'a1');
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(asked, [['/api/token/refresh/', { refresh: 'r1' }]]);
  assert.equal(await session.access(), 'a2');
  mock.timers.tick(840_000);
  await settled();
  assert.deepEqual(asked.at(-1), ['/api/token/refresh/', { refresh: 'r2' }]);
});

test('however many ask for a fresh token, the refresh token is shown once', async () => {
  const { session } = signedIn();
  answers = [[200, { access: 'a2', refresh: 'r2' }]];
  const given = await Promise.all([1, 2, 3].map(() => session.access({ fresh: true })));
  assert.deepEqual(given, ['a2', 'a2', 'a2']);
  assert.equal(asked.length, 1);
});

test('a session that the server no longer knows is over', async () => {
  const { session, ends } = signedIn();
  answers = [[401, { detail: 'Token is blacklisted', code: 'token_not_valid' }]];
  assert.equal(await session.access({ fresh: true }), null);
  assert.equal(ends(), 1);
  assert.equal(await session.access(), null);
  assert.equal(asked.length, 1);
});

test('a renewal without an answer is tried again, and ends nothing', async () => {
  const { session, ends } = signedIn();
  answers = [new TypeError('no network'), [503, { detail: 'Busy.' }], [200, { access: 'a2', refresh: 'r2' }]];
  mock.timers.tick(840_000);
  await settled();
  await assert.rejects(session.access(), ApiError);
  mock.timers.tick(15_000);
  await settled();
  assert.equal(await session.access(), 'a2');
  assert.equal(ends(), 0);
});

test('signing out forgets the tokens, whatever the server answers', async () => {
  const { session, ends } = signedIn();
  answers = [new TypeError('no network')];
  await assert.rejects(session.close(), { status: 0 });
  assert.deepEqual(asked, [['/api/logout/', { refresh: 'r1' }]]);
  assert.equal(await session.access({ fresh: true }), null);
  mock.timers.tick(10_000_000);
  await settled();
  assert.equal(asked.length, 1);
  assert.equal(ends(), 0);
});

test("the server's words are told apart: about a field, or about the whole", async () => {
  answers = [
    [400, { email: ['Enter a valid email address.'], non_field_errors: ['Passwords do not match.'] }],
    [401, { detail: 'Invalid credentials', code: 'email_not_verified' }],
    [400, { error: 'Token is blacklisted' }],
    [502, undefined],
  ];
  const refusals = [];
  for (let left = answers.length; left > 0; left -= 1) await Session.open('a', 'b').catch((error) => refusals.push(error));
  assert.deepEqual(refusals[0].fields, { email: ['Enter a valid email address.'] });
  assert.deepEqual(refusals[0].general, ['Passwords do not match.']);
  assert.deepEqual([refusals[1].general, refusals[1].code], [['Invalid credentials'], 'email_not_verified']);
  assert.deepEqual(refusals[2].general, ['Token is blacklisted']);
  assert.match(refusals[3].message, /went wrong/);
});
