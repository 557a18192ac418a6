/** The live explorer, in a real browser on a real server: walked by hand, searched on, saved and loaded. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import { bin, folder, popcheck } from "../support/command-line.js";
import { newPage, opened, type Watched, withChromium } from "./chromium.js";
import { findAll } from "./counterexamples.js";

withChromium();
const found = findAll(["a safety violation"]);

let server: ChildProcess;
let address: string;
beforeAll(async () => {
  server = spawn(process.execPath, [bin, "explore", "popcorn", "--stage", "4.2", "--kernels", "2"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  address = await new Promise<string>((resolve) => server.stdout!.once("data", (data) => resolve(String(data).trim())));
});
afterAll(() => server.kill());

/** Opens a page at the beginning of the run. Requests to its server are no complaint. */
async function begun(): Promise<Watched> {
  const watched = await opened(address);
  await watched.page.getByLabel("begin at").selectOption("0");
  await watched.page.keyboard.press("Home");
  await atState(watched.page, 0);
  return watched;
}

const atState = (page: Page, index: number) =>
  page.waitForFunction(
    (index) => document.querySelector<HTMLElement>('[aria-current="step"]')?.dataset.step === String(index),
    index,
  );
const choices = (page: Page) => page.$$eval(".choices button", (all) => all.map((each) => each.textContent!));
const foreign = (complaints: readonly string[]) => complaints.filter((each) => !each.startsWith(`request: ${address}`));

describe("hands", () => {
  test("steps are taken by a click or a digit, taken back, taken again, and jumped to", async () => {
    const { page, complaints } = await begun();
    expect((await choices(page))[0]).toMatch(
      /^1 App_Read\(K2\).*K2 Invalid → InvalidRead1.*\+ Fetch K2→K1.*4\.2: a read on Invalid/,
    );
    await page.locator('.choices button[data-choice="0"]').click();
    await atState(page, 1);
    await page.locator("h1").click();
    await page.keyboard.press("2");
    await atState(page, 2);
    expect(await page.textContent(".detail h2")).toBe("Step 2 Receive Fetch K2→K1");
    expect(await page.$$eval("g.arrow", (all) => all.length)).toBe(2);
    await page.getByRole("button", { name: "undo" }).click();
    await atState(page, 1);
    expect(await page.textContent(".ahead")).toContain("1 step lies ahead");
    await page.keyboard.press("j");
    await atState(page, 2);
    await page.keyboard.press("k");
    await atState(page, 1);
    await page.locator('.choices button[data-choice="1"]').click();
    await atState(page, 2);
    expect(await page.textContent(".detail h2")).toBe("Step 2 Receive Fetch K2→K1");
    await page.locator('.steps button[data-step="1"]').click();
    await atState(page, 1);
    await page.locator('.steps button[data-step="0"]').click();
    await atState(page, 0);
    expect(foreign(complaints)).toEqual([]);
    await page.context().close();
  });

  test("what cannot happen is told with the read that closed its guard", async () => {
    const { page } = await begun();
    await page.locator('.choices button[data-choice="0"]').click();
    await atState(page, 1);
    await page.getByText("What cannot happen").click();
    await page.getByLabel("only with").fill("Read_Done(K2)");
    const rows = await page.$$eval("details.panel tbody tr", (all) => all.map((row) => row.textContent));
    expect(rows).toContain("Read_Done(K2)copy[K2].awaiting = {K1}");
    await page.context().close();
  });
});

describe("searching on", () => {
  test("the shortest way to a state is found, and gone", async () => {
    const { page } = await begun();
    await page.getByLabel("condition").fill("some j, k: copy[j] = Shared and copy[k] = Shared");
    await page.keyboard.press("Enter");
    await atState(page, 4);
    expect(await page.textContent(".search")).toContain("the shortest way takes 4 steps");
    await page.getByLabel("condition").fill("copy[K1");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(await page.textContent(".error")).toMatch(/\] is expected at the end\n {2}copy\[K1\n {9}\^/);
    await page.context().close();
  });

  test("a violation is found, told with its evidence, and saved as a trace that replays", async () => {
    const { page } = await begun();
    await page.getByLabel("what to find").selectOption("SWMR");
    await page.getByRole("button", { name: "find", exact: true }).click();
    await atState(page, 8);
    expect(await page.textContent("details.panel[open]")).toMatch(/✗ violated.*SWMR.*Modified: K1; Shared: K2/);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "save as a violation of SWMR" }).click();
    const file = await (await download).path();
    const saved = parseTrace(readFileSync(file, "utf8"));
    // Why it is violated is told where a trace is shown: what is saved is the run.
    const { "#meta": recorded, ...run } = found.get("a safety violation")!.trace;
    const { cause, race, ...meta } = recorded;
    expect([cause, race].every((why) => why !== undefined)).toBe(true);
    expect(saved).toEqual({ ...run, "#meta": meta });
    writeFileSync(join(folder, "saved.json"), JSON.stringify(saved));
    expect(popcheck("replay", "saved.json").status).toBe(12);
    await page.context().close();
  });
});

test("a trace is loaded, and left at any step; one that means harm is refused, and shown as text", async () => {
  const { page, complaints } = await begun();
  const choose = (name: string, text: string) =>
    page.locator('input[type="file"]').setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await choose("trace.json", readFileSync(join(folder, found.get("a safety violation")!.file), "utf8"));
  await atState(page, 8);
  await page.locator('.steps button[data-step="3"]').click();
  await atState(page, 3);
  await page.locator('.choices button[data-choice="0"]').click();
  await atState(page, 4);
  const evil = `{"#meta":{"popcheck":"<img src=x onerror='window.caught=1'>"}}`;
  await choose("evil.json", evil);
  await page.getByRole("alert").waitFor();
  expect(await page.textContent(".error")).toContain("error:");
  expect(await page.evaluate(() => (window as never as { caught?: number }).caught)).toBeUndefined();
  await atState(page, 4);
  expect(foreign(complaints).filter((each) => !each.includes("422"))).toEqual([]);
  await page.context().close();
});

test("a page of another origin can neither ask nor show it", async () => {
  const { page } = await newPage();
  await page.goto(found.get("a safety violation")!.page);
  // The page comes from the same machine, and its own policy forbids nothing.
  writeFileSync(join(folder, "other.html"), "<!doctype html><title>another</title>");
  await page.goto(`file://${join(folder, "other.html")}`);
  const asked = await page.evaluate(
    (address) =>
      fetch(`${address}api`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"do":"undo"}',
      }).then(
        () => "answered",
        () => "refused",
      ),
    address,
  );
  expect(asked).toBe("refused");
  const framed = await page.evaluate(
    (address) =>
      new Promise<number>((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = address;
        frame.addEventListener("load", () =>
          resolve(frame.contentDocument === null ? 0 : frame.contentDocument.body.childElementCount),
        );
        document.body.append(frame);
      }),
    address,
  );
  expect(framed).toBe(0);
  await page.context().close();
});

test("a machine that looks for barriers finds none", async () => {
  const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  const { page } = await opened(address, { bypassCSP: true });
  await page.addScriptTag({ content: axe });
  const barriers = await page.evaluate(async () => {
    const { axe } = window as never as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  });
  expect(barriers).toEqual([]);
  await page.context().close();
});
