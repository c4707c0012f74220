// Which web addresses in a message become links.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieces } from '../../web/app/links.js';

const links = (text) => pieces(text).filter(({ href }) => href).map(({ text: shown }) => shown);

test('the pieces put together are the text', () => {
  const texts = ['', 'plain', 'http://a.example', 'a https://b.example/c?d=e#f, g http://h.example.', 'https://', 'x https://a@b.example y'];
  for (const text of texts) assert.equal(pieces(text).map((piece) => piece.text).join(''), text);
});

test("a sentence's own punctuation is no part of an address", () => {
  assert.deepEqual(links('See https://a.example/b. And (https://c.example/d)!'), ['https://a.example/b', 'https://c.example/d']);
  assert.deepEqual(links('https://a.example/wiki/Lamp_(light), “https://b.example/c”'), ['https://a.example/wiki/Lamp_(light)', 'https://b.example/c']);
  assert.deepEqual(links('HTTPS://A.EXAMPLE/?q=1&r=2;'), ['HTTPS://A.EXAMPLE/?q=1&r=2']);
});

test('only web addresses are followed', () => {
  assert.deepEqual(links('javascript:alert(1) data:text/html,x ftp://a.example file:///etc/passwd'), []);
  assert.deepEqual(links('//a.example www.a.example https:// https://:80'), []);
});

test('an address that pretends to be another is none', () => {
  assert.deepEqual(links('https://bank.example@evil.example/ https://bank.example:pw@evil.example/'), []);
  const [disguised] = pieces('https://b\u0430nk.example/'); // a Cyrillic а
  assert.match(disguised.href, /^https:\/\/xn--/, 'what is followed is written plainly');
});

test('an address ends where markup would begin', () => {
  assert.deepEqual(links('<a href="https://a.example/b">c</a>'), ['https://a.example/b']);
});
