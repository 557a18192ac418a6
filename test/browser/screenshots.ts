/**
 * Takes the pictures in docs/pictures again: `npm run docs:screenshots`. They show real counterexamples, found when it
 * runs.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { launch } from "./launch.js";

/** npm runs scripts in the package's folder. */
const root = process.cwd();
const bin = join(root, "dist", "checker", "cli", "popcheck.js");
const folder = mkdtempSync(join(tmpdir(), "popcheck-screenshots-"));

/** Runs popcheck. That a violation is found is no failure. */
function popcheck(...words: string[]): void {
  try {
    execFileSync(process.execPath, [bin, ...words], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    if (![11, 12, 13].includes((error as { status: number }).status)) throw error;
  }
}

interface Picture {
  readonly name: string;
  readonly page: string;
  readonly address: string;
  /** Of the window: 1,400 pixels if it is left out. */
  readonly width?: number;
  readonly height: number;
  readonly colorScheme?: "light" | "dark";
}

popcheck("check", "popcorn", "--stage", "4.2", "--kernels", "2", "--property", "SWMR", "--html", "readme.html");
popcheck("check", "popcorn", "--stage", "4.3", "--kernels", "2", "--property", "SWMR", "--trace", "a");
popcheck(
  "check",
  "popcorn",
  "--stage",
  "4.7",
  "--kernels",
  "2",
  "--no-clocks-advance",
  "--property",
  "eventual Modified",
  "--trace",
  "b",
);
popcheck(
  "check",
  "popcorn",
  "--stage",
  "4.7",
  "--kernels",
  "3",
  "--empty-seen",
  "flagged-entering-writing-read",
  "--property",
  "no deadlock",
  "--html",
  "deadlock.html",
);
popcheck("view", "b/popcorn-4.7-eventual-modified.json", "--out", "lasso.html");
popcheck("view", "a/popcorn-4.3-swmr.json", "b/popcorn-4.7-eventual-modified.json", "--out", "two.html");

const pictures: readonly Picture[] = [
  { name: "swmr-4.2", page: "readme.html", address: "", height: 700 },
  { name: "deadlock-4.7", page: "deadlock.html", address: "#step=80&zoom=1", width: 2560, height: 1240 },
  { name: "deadlock-4.7-dark", page: "deadlock.html", address: "#step=80", height: 900, colorScheme: "dark" },
  { name: "deadlock-4.7-narrow", page: "deadlock.html", address: "#step=80", width: 700, height: 1000 },
  { name: "lasso-4.7", page: "lasso.html", address: "#step=9&follow=K1", height: 860 },
  { name: "two-runs", page: "two.html", address: "#step=6", height: 900 },
];

/** Takes the picture of the live explorer, after a search. */
async function explorer(browser: Browser): Promise<void> {
  const server = spawn(process.execPath, [bin, "explore", "popcorn", "--stage", "4.7", "--kernels", "3"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = await new Promise<string>((resolve) =>
    server.stdout.once("data", (data) => resolve(String(data).trim())),
  );
  const page = await browser.newPage({ viewport: { width: 1400, height: 860 }, colorScheme: "light" });
  await page.goto(address);
  await page.getByLabel("condition").fill("some j, k: copy[j] = WritingPend1 and copy[k] = WritingPend1");
  await page.keyboard.press("Enter");
  await page.locator('.steps button[data-step="8"]').waitFor();
  await page.screenshot({ path: join(root, "docs", "pictures", "explorer.png") });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: join(root, "docs", "pictures", "explorer-dark.png") });
  await page.close();
  server.kill();
}

const browser = await launch();
try {
  await explorer(browser);
  for (const { name, page: file, address, width = 1400, height, colorScheme = "light" } of pictures) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(join(folder, file)).href + address);
    await page.waitForSelector("svg.picture");
    await page.screenshot({ path: join(root, "docs", "pictures", `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
