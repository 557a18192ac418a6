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
  const milliseconds = async (address: string) => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { page } = await opened(address);
      times.push(await page.evaluate(() => performance.now()));
      await page.context().close();
    }
    return Math.min(...times);
  };

  test("40 steps weigh less than 300 kB and show in half a second, 1,000 in two", async () => {
    const forty = unrolled("forty.json", 41);
    expect(statSync(fileURLToPath(forty.page)).size).toBeLessThan(300_000);
    expect(statSync(fileURLToPath(of("six kernels").page)).size).toBeLessThan(300_000);
    expect(await milliseconds(forty.page)).toBeLessThan(500);
    const thousand = unrolled("thousand.json", 1001);
    expect(await milliseconds(thousand.page)).toBeLessThan(2000);
    const { page } = await opened(`${thousand.page}#step=500`);
    const before = Date.now();
    for (let i = 0; i < 20; i++) await page.keyboard.press("j");
    expect(await page.textContent(".detail h2")).toContain("Step 520 ");
    expect((Date.now() - before) / 20).toBeLessThan(200);
    await page.context().close();
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
