/** Pages in Chromium that must neither complain nor ask for anything. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { launch } from "./launch.js";

let browser: Browser;

export function withChromium(): void {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
}

export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the page, dialogs, and every request beyond the page's own address. */
  readonly complaints: string[];
}

/** Opens a page in a context of its own. */
export async function newPage(options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  context.setDefaultTimeout(PROCESS_DEADLINE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) complaints.push(`request: ${request.url()}`);
  });
  return { page, complaints };
}

/** Opens a page that shows a run. */
export async function opened(address: string, options: BrowserContextOptions = {}) {
  const watched = await newPage(options);
  await watched.page.goto(address);
  await watched.page.waitForSelector("svg.picture");
  return watched;
}
