/** The page in Firefox, which knows nothing of Chromium's peculiarities. It runs where Debian's firefox-esr is. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FILLS } from "../../traces/analysis/state-colours.js";
import { folder } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { newPage, withChromium } from "./chromium.js";
import { findAll } from "./counterexamples.js";

const firefox = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

withChromium();
const found = findAll(["a safety violation"]);

test.skipIf(!existsSync(firefox))("Firefox draws the states in the colours of the model", async () => {
  const picture = join(folder, "firefox.png");
  const profile = join(folder, "firefox-profile");
  mkdirSync(profile);
  execFileSync(
    firefox,
    [
      ...["--headless", "--no-remote", "--profile", profile, "--window-size", "1400,900"],
      ...["--screenshot", picture, found.get("a safety violation")!.page],
    ],
    { stdio: "ignore", timeout: PROCESS_DEADLINE, env: { ...process.env, HOME: folder } },
  );
  // Chromium reads the picture, since nothing else here does.
  const { page } = await newPage();
  const data = `data:image/png;base64,${readFileSync(picture).toString("base64")}`;
  const pixels = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = data;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
    const counts: Record<string, number> = {};
    for (let i = 0; i < bytes.length; i += 4) {
      const colour = `#${[0, 1, 2].map((of) => bytes[i + of]!.toString(16).padStart(2, "0")).join("")}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  }, data);
  // Invalid, Shared, Modified, InvalidRead1 and WritingPend1 stand in the run.
  for (const fill of [0, 1, 2, 3, 5])
    expect({ fill, seen: (pixels[FILLS[fill]!] ?? 0) > 40 }).toEqual({ fill, seen: true });
  await page.context().close();
});
