/** The page of a run that is longer than the window, in a real browser: its overview, and rows of three sizes. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { opened, withChromium } from "./chromium.js";
import { findAll } from "./counterexamples.js";

withChromium();

const found = findAll(["a deadlock", "a safety violation"]);
const of = (name: string) => found.get(name)!;

const hash = (page: Page) => page.evaluate(() => location.hash);

/** Returns what of the rows is in sight beneath the names of the lifelines, as parts of all rows. */
function sightOf(page: Page): Promise<{ top: number; height: number }> {
  return page.$eval(".charts", (charts) => {
    const [rows, heads] = [".body", ".heads"].map((part) => charts.querySelector(part)!.getBoundingClientRect());
    return {
      top: (heads!.bottom - rows!.top) / rows!.height,
      height: (charts.getBoundingClientRect().bottom - heads!.bottom) / rows!.height,
    };
  });
}

describe("a run of 80 steps", () => {
  test("stands in small beside the chart, in the same colours, with what is in sight and the step that is chosen", async () => {
    const { page: address } = of("a deadlock");
    const { page } = await opened(`${address}#step=40`);
    const { top, height } = await sightOf(page);
    expect(height).toBeLessThan(1 / 4);
    const partOf = (selector: string) =>
      page.$eval(selector, (part) => {
        const { y, height } = part.getBoundingClientRect();
        const whole = part.closest(".overview")!.getBoundingClientRect();
        return { top: (y - whole.y) / whole.height, height: height / whole.height };
      });
    const rows = await page.$eval(".body", (body) => body.clientHeight / 38);
    for (const [selector, from, part] of [
      [".sight", top, height],
      [".failing", 80 / rows, 1 / rows],
      [".chosen", 40 / rows, 1 / rows],
    ] as const) {
      const small = await partOf(`.overview ${selector}`);
      expect(Math.abs(small.top + small.height / 2 - from - part / 2), selector).toBeLessThan(0.003);
      if (selector !== ".chosen") expect(small.height, selector).toBeCloseTo(part, 2);
    }
    const colours = (selector: string) =>
      page.$$eval(selector, (all) => all.map((each) => each.getAttribute("class")!.replace("band ", "")));
    const large = await colours(".picture .lifeline rect");
    expect(new Set(large).size).toBeGreaterThan(5);
    expect(await colours(".overview g rect")).toEqual(large);
    const ways = await page.$eval(".overview .ways", (path) => path.getAttribute("d")!.match(/M/g)!.length);
    expect(ways).toBe(await page.locator("g.arrow").count());
    await page.context().close();
  });

  test("is scrolled by its overview, by a click and by a drag, and the step stays chosen", async () => {
    const { page: address } = of("a deadlock");
    const { page } = await opened(`${address}#step=40`);
    const { x, y, width, height } = (await page.locator(".overview").boundingBox())!;
    const middle = async () => {
      const { top, height } = await sightOf(page);
      return top + height / 2;
    };
    await page.mouse.click(x + width / 2, y + 2);
    await expect.poll(async () => (await sightOf(page)).top).toBeCloseTo(0, 6);
    for (const part of [0.3, 0.6]) {
      await page.mouse.click(x + width / 2, y + part * height);
      await expect.poll(async () => Math.abs((await middle()) - part)).toBeLessThan(0.01);
    }
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 0.4 * height, { steps: 3 });
    await expect.poll(async () => Math.abs((await middle()) - 0.4)).toBeLessThan(0.01);
    await page.mouse.up();
    await page.mouse.move(x + width / 2, y + 0.8 * height);
    expect(Math.abs((await middle()) - 0.4)).toBeLessThan(0.01);
    // The mark of what is in sight has come along.
    const sight = (await page.locator(".overview .sight").boundingBox())!;
    expect(Math.abs((sight.y + sight.height / 2 - y) / height - 0.4)).toBeLessThan(0.02);
    expect(await hash(page)).toBe("#step=40");
    await page.context().close();
  });

  test("has smaller and larger rows, by key and by button, in which every step and message stays", async () => {
    const { page: address } = of("a deadlock");
    const { page } = await opened(`${address}#step=40`);
    const look = () =>
      page.evaluate(() => {
        const { top, bottom } = document.querySelector(".charts")!.getBoundingClientRect();
        const rows = [...document.querySelectorAll(".steps li")].map((li) => li.getBoundingClientRect());
        const chosen = document.querySelector(".steps li.chosen")!.getBoundingClientRect();
        return {
          heights: [...new Set(rows.map(({ height }) => Math.round(height)))],
          inSight: rows.filter((row) => row.top >= top && row.bottom <= bottom).length,
          chosenInSight: chosen.top >= top && chosen.bottom <= bottom,
          steps: rows.length,
          messages: document.querySelectorAll("g.arrow").length,
          disabled: [...document.querySelectorAll<HTMLButtonElement>('button[aria-label^="zoom"]')].map(
            (each) => each.disabled,
          ),
        };
      });
    const near = await look();
    expect(near).toMatchObject({ heights: [38], steps: 81, chosenInSight: true, disabled: [false, true] });
    const same = { steps: near.steps, messages: near.messages, chosenInSight: true };
    await page.keyboard.press("-");
    const middle = await look();
    expect(middle).toMatchObject({ ...same, heights: [25], disabled: [false, false] });
    expect(await hash(page)).toBe("#step=40&zoom=1");
    await page.getByRole("button", { name: "zoom out" }).click();
    const far = await look();
    expect(far).toMatchObject({ ...same, heights: [16], disabled: [true, false] });
    expect(far.inSight).toBeGreaterThan(2 * near.inSight);
    await page.keyboard.press("-");
    expect(await hash(page)).toBe("#step=40&zoom=2");
    const other = await opened(`${address}#step=40&zoom=2`);
    expect(await other.page.$eval(".steps li", (li) => li.getBoundingClientRect().height)).toBeCloseTo(16, 0);
    await other.page.context().close();
    await page.getByRole("button", { name: "zoom in" }).click();
    await page.keyboard.press("+");
    expect(await look()).toEqual(near);
    expect(await hash(page)).toBe("#step=40");
    await page.context().close();
  });

  test("a key has done all that it does before the next frame", async () => {
    const { page } = await opened(`${of("a deadlock").page}#step=40`);
    const inSight = await page.evaluate(
      async (keys) => {
        const seen: boolean[] = [];
        for (const key of keys) {
          dispatchEvent(new KeyboardEvent("keydown", { key }));
          // Nothing but what is due at once runs: no frame is drawn, and no timer ends.
          for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          const [row, charts] = [".steps li.chosen", ".charts"].map((part) =>
            document.querySelector(part)!.getBoundingClientRect(),
          );
          seen.push(row!.top >= charts!.top && row!.bottom <= charts!.bottom);
        }
        return [...seen, document.querySelectorAll('[role="dialog"], .help').length];
      },
      ["-", "-", "+", "+", "Home", "End", "?", "?"],
    );
    expect(inSight).toEqual([...Array<boolean>(8).fill(true), 0]);
    await page.context().close();
  });

  test("a run that fits the window has no overview", async () => {
    const { page } = await opened(of("a safety violation").page);
    expect(await page.locator(".overview").count()).toBe(0);
    await page.setViewportSize({ width: 1400, height: 400 });
    await page.waitForSelector(".overview");
    await page.context().close();
  });
});
