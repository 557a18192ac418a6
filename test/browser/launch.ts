/** The system's Chromium. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`install chromium, or name it in CHROMIUM: ${executablePath}`);
  return chromium.launch({ executablePath, args: quiet });
}
