/** Web addresses within what people write. */

const ADDRESS = /https?:\/\/[^\s<>"“”«»]+/giu;
const AFTER = /[.,;:!?'’…)\]}]$/u; // what ends a sentence rather than an address
const PAIRS = { ')': '(', ']': '[', '}': '{' };

/** `text` in pieces: `{text}` as it stands, `{text, href}` for an address one may follow. */
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    const href = safe(shown);
    if (!href) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/** Puts `text` into `element`, its addresses as links: nothing in it is ever read as markup. */
export function writeWithLinks(element, text) {
  const nodes = pieces(text).map((piece) => (piece.href ? link(piece) : piece.text));
  element.replaceChildren(...nodes);
}

function link({ text, href }) {
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow ugc';
  anchor.title = href; // as the browser reads it: a look-alike name shows in punycode
  anchor.textContent = text;
  return anchor;
}

/** An address with a name before its host (`https://bank.example@evil.example`) is made to deceive: it stays text. */
function safe(text) {
  try {
    const url = new URL(text);
    const web = url.protocol === 'https:' || url.protocol === 'http:';
    return web && url.hostname && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** Without the sentence's own punctuation; a closing bracket stays if the address opened it. */
function trimmed(address) {
  let rest = address;
  while (AFTER.test(rest)) {
    const last = rest.at(-1);
    const opens = PAIRS[last];
    if (opens && rest.split(opens).length >= rest.split(last).length) break;
    rest = rest.slice(0, -1);
  }
  return rest;
}
