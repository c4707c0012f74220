/** Moments in words. The page is in English; a reader whose English has a country gets that country's forms. */

const locale = (globalThis.navigator?.languages ?? []).find((tag) => /^en-/i.test(tag)) ?? 'en-GB';
const clockForm = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const dayForm = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const oldForm = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const fullForm = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });

/** The time of day: 14:03. */
export function clock(ms) {
  return clockForm.format(ms);
}

/** All of it, for those who want to know: Tuesday 3 November 2026 at 14:03:22. */
export function full(ms) {
  return fullForm.format(ms);
}

/** Whether two moments are on the same day, where the reader is. */
export function sameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** A day, as seen from `now`: Today, Yesterday, Tuesday 3 November, 3 November 2025. */
export function day(ms, now = Date.now()) {
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (sameDay(ms, now)) return 'Today';
  if (sameDay(ms, yesterday)) return 'Yesterday';
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? dayForm.format(ms) : oldForm.format(ms);
}
