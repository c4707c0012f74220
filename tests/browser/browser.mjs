// A headless Chromium whose pages may not make a fuss: what they complain of is kept, and fails the journey.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// Nothing that would reach beyond this machine.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE_MS = 15_000;

/** What the pages are looked at in: a phone and a desktop, by day and by night. */
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];
const SCHEMES = ['light', 'dark'];

export class Browser {
  #browser;
  #base;
  #folder;
  /** What the pages complained of. */
  complaints = [];

  static async start({ base, folder }) {
    if (folder) await mkdir(folder, { recursive: true });
    const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
    return new Browser(await chromium.launch({ executablePath, args: FLAGS }), base, folder);
  }

  constructor(browser, base, folder) {
    this.#browser = browser;
    this.#base = base;
    this.#folder = folder;
  }

  /** A page of somebody's own browser: nothing is shared with the others. */
  async visitor({ phone = false, scheme = 'light' } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.#base,
      viewport: SIZES[phone ? 0 : 1],
      hasTouch: phone,
      colorScheme: scheme,
      locale: 'en-GB',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('page', (page) => this.#listen(page));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`CSP: ${violatedDirective} ${blockedURI}`),
      );
    });
    return context.newPage();
  }

  /** Looks at a page in every size and scheme: nothing may stick out sideways; pictures go to the folder. */
  async look(page, name) {
    const size = page.viewportSize();
    const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    for (const shown of SIZES) {
      for (const colorScheme of SCHEMES) {
        await page.setViewportSize(shown);
        await page.emulateMedia({ colorScheme });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > shown.width) this.complaints.push(`${name} is wider than ${shown.width} px`);
        const path = this.#folder && join(this.#folder, `${name}-${shown.width}-${colorScheme}.png`);
        if (path) await page.screenshot({ path });
      }
    }
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  }

  /** Lets a page be told no: the browser's own line about `status` answers isn't a complaint until `act` is done. */
  async expecting(status, act) {
    return this.#bearing(`responded with a status of ${status}`, act);
  }

  /** Lets the server be away: that a page can't open a socket isn't a complaint until `act` is done. */
  async missing(act) {
    return this.#bearing('WebSocket connection to', act);
  }

  async #bearing(line, act) {
    const before = this.complaints.length;
    const answer = await act();
    const after = this.complaints.splice(before);
    this.complaints.push(...after.filter((words) => !words.includes(line)));
    return answer;
  }

  async stop() {
    await this.#browser.close();
  }

  #listen(page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.#base}/`) && !url.startsWith('data:')) this.complaints.push(`asked another server for ${url}`);
    });
  }
}
