/** Takes the letter's token out of the address bar, before anything else: history, bookmarks and screenshots keep what stands there. */

/** The token the page was opened with; empty if there was none. */
export const token = new URLSearchParams(location.search).get('token') ?? '';

history.replaceState(null, '', '/activate');
