/** Pages of large traces, and of traces that mean harm, in a real browser. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { TraceState } from "../../traces/trace.js";
import { folder } from "../support/command-line.js";
import { opened, withChromium } from "./chromium.js";
import { type Counterexample, findAll, shown } from "./counterexamples.js";

withChromium();
const found = findAll(["a safety violation", "a lasso", "six kernels"]);
const of = (name: string) => found.get(name)!;

describe("size and speed", () => {
  const unrolled = (name: string, length: number): Counterexample => {
    const { trace } = of("a lasso");
    const { loop, ...meta } = trace["#meta"];
    const cycle = trace.states.slice(loop! + 1);
    const states: TraceState[] = [...trace.states];
    while (states.length < length) states.push(...cycle);
    const numbered = states
      .slice(0, length)
      .map((state, index) => ({ ...state, "#meta": { ...state["#meta"], index } }));
    writeFileSync(join(folder, name), JSON.stringify({ ...trace, "#meta": meta, states: numbered }));
    return shown(name);
  };
  /**
   * What a page costs, at the best of three times: milliseconds to show it, its elements, milliseconds and changed
   * nodes for 20 steps.
   */
  const costOf = async (address: string, from: number) => {
    const all: { show: number; elements: number; steps: number; changes: number }[] = [];
    for (let i = 0; i < 3; i++) {
      const { page } = await opened(`${address}#step=${from}`);
      const show = await page.evaluate(() => performance.now());
      const elements = await page.evaluate(() => {
        const counted = window as never as { changes: number };
        counted.changes = 0;
        const observer = new MutationObserver((changes) => {
          counted.changes += changes.length;
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        return document.querySelectorAll("*").length;
      });
      const before = performance.now();
      for (let step = 0; step < 20; step++) await page.keyboard.press("j");
      expect(await page.textContent(".detail h2")).toContain(`Step ${from + 20} `);
      const steps = performance.now() - before;
      const changes = await page.evaluate(() => (window as never as { changes: number }).changes);
      all.push({ show, elements, steps, changes });
      await page.context().close();
    }
    const least = (of: keyof (typeof all)[number]) => Math.min(...all.map((each) => each[of]));
    return { show: least("show"), elements: least("elements"), steps: least("steps"), changes: least("changes") };
  };

  test("40 steps weigh less than 300 kB, and 1,000 cost no more than 25 times as much as 40", async () => {
    const forty = unrolled("forty.json", 41);
    expect(statSync(fileURLToPath(forty.page)).size).toBeLessThan(300_000);
    expect(statSync(fileURLToPath(of("six kernels").page)).size).toBeLessThan(300_000);
    const few = await costOf(forty.page, 10);
    const many = await costOf(unrolled("thousand.json", 1001).page, 500);
    // Twenty-five times as many steps are shown; going on by one is a matter of what is in sight.
    expect(many.elements / few.elements).toBeLessThan(25);
    expect(many.changes / few.changes).toBeLessThan(5);
    expect(many.show / few.show).toBeLessThan(25);
    expect(many.steps / few.steps).toBeLessThan(25);
  });
});

describe("a trace from a stranger", () => {
  const evil = `</script><script>window.caught=1</script><img src=x onerror="window.caught=1"><!--`;

  test("cannot inject markup or code", async () => {
    const text = readFileSync(join(folder, of("a safety violation").file), "utf8");
    const poisoned = JSON.parse(text, (_, value) =>
      typeof value === "string" && /^(Modified|App_Read|4\.2: a |SWMR|K1$)/.test(value) ? value + evil : value,
    );
    poisoned["#meta"].explanation += evil;
    poisoned["#meta"].model += evil;
    poisoned["#meta"].parameters[`x${evil}`] = evil;
    writeFileSync(join(folder, "evil.json"), JSON.stringify(poisoned));
    const { page, complaints } = await opened(shown("evil.json").page);
    for (const step of [0, 1, 2]) {
      await page.goto(
        `${await page.evaluate(() => location.href.replace(/#.*/, ""))}#step=${step}&find=${encodeURIComponent(evil)}`,
      );
      await page.waitForTimeout(50);
    }
    expect(await page.evaluate(() => (window as never as { caught?: number }).caught)).toBeUndefined();
    expect(await page.$$eval("img", (all) => all.length)).toBe(0);
    expect(await page.textContent(".verdict")).toContain(evil);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("even markup that got in could run nothing, and ask for nothing", async () => {
    const { page } = await opened(of("a safety violation").page);
    await page.evaluate((markup) => document.body.insertAdjacentHTML("beforeend", markup), evil);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.caught = 1";
      document.body.append(script);
    });
    await page.waitForTimeout(100);
    expect(await page.evaluate(() => (window as never as { caught?: number }).caught)).toBeUndefined();
    const asked = await page.evaluate(() =>
      fetch("http://127.0.0.1:9/").then(
        () => "answered",
        (error: Error) => error.message,
      ),
    );
    expect(asked).toBe("Failed to fetch");
    await page.context().close();
  });
});
