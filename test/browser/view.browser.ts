/** Pages of real counterexamples, in a real browser: what they show is what the traces say. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { nameOfStep } from "../../checker/model/step-name.js";
import { messageHistoryOf } from "../../traces/analysis/messages.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { type Json, showItf } from "../../traces/formats/json.js";
import { entriesOf, type Trace, type TraceState } from "../../traces/trace.js";
import { newPage, opened, withChromium } from "./chromium.js";
import { checks, findAll, report, shown } from "./counterexamples.js";

withChromium();

const found = findAll();
const names = Object.keys(checks);
const of = (name: string) => found.get(name)!;

const hash = (page: Page) => page.evaluate(() => location.hash);

/** Returns the values that the state's table shows, by `field place`, without what a step removed. */
function tableOf(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const values: Record<string, string> = {};
    for (const table of document.querySelectorAll(".detail table.state")) {
      const places = [...table.querySelectorAll("thead th")].slice(1).map((th) => th.textContent!.trim());
      for (const row of table.querySelectorAll("tbody tr")) {
        const field = row.querySelector("th")!.textContent!;
        [...row.querySelectorAll("td")].forEach((td, i) => {
          const copy = td.cloneNode(true) as HTMLElement;
          for (const removed of copy.querySelectorAll("del, .between")) removed.remove();
          values[`${field} ${places[i] ?? ""}`.trim()] = copy.textContent!;
        });
      }
    }
    return values;
  });
}

type Fields = Record<string, Json>;

/** Returns the same values from the trace: records field by field, everything else whole. */
function valuesOf(trace: Trace, state: TraceState): Record<string, string> {
  const values: Record<string, string> = {};
  for (const variable of trace.vars.filter((each) => !trace["#meta"].channels.includes(each))) {
    for (const [place, value] of entriesOf(state, variable)) {
      const isRecord =
        place !== "" && typeof value === "object" && value !== null && !("#set" in value) && !("tag" in value);
      if (isRecord)
        for (const [field, inner] of Object.entries(value as Fields)) values[`${field} ${place}`] = showItf(inner);
      else values[`${variable} ${place}`.trim()] = showItf(value);
    }
  }
  return values;
}

/** Returns where each arrow begins and ends, in rows. */
function arrowsOf(
  page: Page,
): Promise<{ exchange: string; from: number; to: number; kind: string; overtakes: boolean }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<SVGGElement>("g.arrow")].map((arrow) => {
      const numbers = arrow
        .querySelector(".line")!
        .getAttribute("d")!
        .match(/-?[\d.]+/g)!
        .map(Number);
      const kind = ["refused", "flying"].find((each) => arrow.classList.contains(each)) ?? "received";
      return {
        exchange: arrow.dataset.exchange!,
        from: Math.floor(numbers[1]! / 38),
        to: Math.floor(numbers.at(-1)! / 38),
        kind,
        overtakes: arrow.classList.contains("overtakes"),
      };
    }),
  );
}

describe.each(names)("%s", (name) => {
  test("is told step by step as the trace tells it, by keyboard", async () => {
    const { trace, page: address } = of(name);
    const { page, complaints } = await opened(address);
    const last = trace.states.length - 1;
    expect(await page.textContent("h1")).toContain(trace["#meta"].property.name);
    expect(await page.textContent(".verdict")).toContain(trace["#meta"].explanation);
    for (let index = last; index >= 0; index--) {
      const state = trace.states[index]!;
      const { says } = state["#meta"];
      const title = await page.textContent(".detail h2");
      expect(title?.trim()).toBe(index === 0 ? "Initial state" : `Step ${index} ${stepNameOf(trace, index)}`);
      expect((await page.textContent(".detail"))!).toContain((says ?? "").replace(/^[\d., ]+: /, ""));
      const table = await tableOf(page);
      const values = valuesOf(trace, state);
      const empty = ((await page.$$eval(".empty", ([text]) => text?.textContent)) ?? "").split(/[:,] /);
      const left = Object.entries(values).filter(([field]) => !empty.includes(field.split(" ")[0]!));
      expect(table).toEqual(Object.fromEntries(left));
      for (const [field, value] of Object.entries(values).filter(([field]) => empty.includes(field.split(" ")[0]!)))
        expect(`${field} ${value}`).toMatch(/ (–|\{\}|\[\]|false|)$/);
      expect(await page.getAttribute('[aria-current="step"]', "data-step")).toBe(String(index));
      expect(await hash(page)).toBe(index === last ? "" : `#step=${index}`);
      expect(await page.textContent('[role="status"]')).toContain(
        index === 0 ? "Initial state" : `Step ${index} of ${last}`,
      );
      await page.keyboard.press(index % 2 === 0 ? "k" : "ArrowUp");
    }
    await page.keyboard.press("End");
    expect(await hash(page)).toBe(`#step=${last}`);
    await page.keyboard.press("Home");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    expect(await hash(page)).toBe(`#step=${Math.min(2, last)}`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("has an arrow for each message, from the step that sends it to the step that receives it", async () => {
    const { trace, page: address } = of(name);
    const { page } = await opened(address);
    const end = trace.states.length;
    const { exchanges } = messageHistoryOf(trace);
    const arrows = await arrowsOf(page);
    expect(arrows.map(({ from, to, kind }) => ({ from, to: Math.min(to, end), kind }))).toEqual(
      exchanges.map(({ sentAt, receivedAt, unspecified }) => ({
        from: sentAt,
        to: receivedAt ?? end,
        kind: unspecified ? "refused" : receivedAt === undefined ? "flying" : "received",
      })),
    );
    // Two arrows in one place cross if and only if one message overtakes the other.
    const crossed = exchanges.filter((a) =>
      exchanges.some(
        (b) =>
          a.place === b.place &&
          a.channel === b.channel &&
          (a.sentAt - b.sentAt) * ((a.receivedAt ?? 1e9) - (b.receivedAt ?? 1e9)) < 0,
      ),
    );
    expect(arrows.filter(({ overtakes }) => overtakes)).toHaveLength(crossed.length);
    await page.context().close();
  });

  test("marks where it fails", async () => {
    const { trace, page: address } = of(name);
    const { page } = await opened(address);
    const last = trace.states.length - 1;
    expect(await page.$$eval("li.failing button", (all) => all.map((each) => each.textContent))).toEqual([
      expect.stringMatching(new RegExp(`^${last} .*✗ violated( ◆ decides)?$`)),
    ]);
    expect(await page.$$eval(".cycle", (all) => all.map((each) => each.textContent))).toEqual(
      name === "a lasso" ? [`⟲ again and again: state ${last} is state ${trace["#meta"].loop}`] : [],
    );
    await page.context().close();
  });
});

describe("hands", () => {
  test("a kernel is hidden, in the chart, the state and the address, and a link shows it so again", async () => {
    const { page: address } = of("a deadlock");
    const { page } = await opened(`${address}#step=12`);
    await page.getByRole("checkbox", { name: "K3", exact: true }).uncheck();
    expect(await hash(page)).toBe("#step=12&hide=K3");
    const look = async (of: Page) => ({
      heads: await of.$$eval(".head", (all) => all.map((each) => each.textContent)),
      columns: await of.$$eval(".detail thead th", (all) => all.map((each) => each.textContent)),
      arrows: (await arrowsOf(of)).length,
      title: await of.textContent(".detail h2"),
    });
    const hidden = await look(page);
    expect(hidden).toMatchObject({ heads: ["K1", "K2"], columns: ["field", "K1", "K2"] });
    const exchanges = messageHistoryOf(of("a deadlock").trace).exchanges.filter(
      ({ from, to }) => from !== "K3" && to !== "K3",
    );
    expect(hidden.arrows).toBe(exchanges.length);
    const other = await opened(`${address}#step=12&hide=K3`);
    expect(await look(other.page)).toEqual(hidden);
    await page.context().close();
    await other.page.context().close();
  });

  test("kinds of messages and unchanged rows are hidden", async () => {
    const { page: address, trace } = of("a deadlock");
    const { page } = await opened(address);
    const all = await arrowsOf(page);
    await page.getByRole("checkbox", { name: "Fetch", exact: true }).uncheck();
    const fetches = messageHistoryOf(trace).exchanges.filter(({ text }) => text === "Fetch").length;
    expect(fetches).toBeGreaterThan(0);
    expect(await arrowsOf(page)).toHaveLength(all.length - fetches);
    await page.keyboard.press("u");
    expect(await hash(page)).toBe("#step=80&without=Fetch&changed=1");
    const unchanged = await page.$$eval(
      ".detail table.state tbody tr",
      (rows) => rows.filter((row) => !row.querySelector("ins, del")).length,
    );
    expect({
      unchanged,
      changed: await page.$$eval(".detail table.state tbody tr", (rows) => rows.length > 0),
    }).toEqual({
      unchanged: 0,
      changed: true,
    });
    await page.context().close();
  });

  test("a message is followed by a click, to its ends", async () => {
    const { page: address, trace } = of("a safety violation");
    const { page } = await opened(address);
    const { exchanges } = messageHistoryOf(trace);
    const copy = exchanges.findIndex(({ text }) => text.startsWith("Copy("));
    await page.locator(`.arrow-label[data-exchange="message:${copy}"]`).click();
    expect(await hash(page)).toBe(`#step=8&follow=message%3A${copy}`);
    expect(
      await page.$$eval("g.arrow:not(.aside)", (all) => all.map((each) => (each as SVGGElement).dataset.exchange)),
    ).toEqual([`message:${copy}`]);
    await page.keyboard.press("N");
    expect(await page.textContent(".detail h2")).toContain(`Step ${exchanges[copy]!.receivedAt} `);
    await page.keyboard.press("N");
    expect(await page.textContent(".detail h2")).toContain(`Step ${exchanges[copy]!.sentAt} `);
    await page.keyboard.press("Escape");
    expect(await hash(page)).toBe(`#step=${exchanges[copy]!.sentAt}`);
    await page.context().close();
  });

  test("a kernel is followed by its key, and a search finds steps", async () => {
    const { page: address, trace } = of("over a hundred steps");
    const { page } = await opened(address);
    await page.keyboard.press("2");
    expect(await page.$$eval('.head[aria-pressed="true"]', (all) => all.map((each) => each.textContent))).toEqual([
      "K2",
    ]);
    await page.keyboard.press("2");
    await page.keyboard.press("/");
    await page.keyboard.type("app_write(k1");
    const wanted = trace.states.flatMap(({ "#meta": { index, action, binding } }) =>
      nameOfStep(action, binding).startsWith("App_Write(K1") ? [index] : [],
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(
      await page.$$eval("li.match button", (all) => all.map((each) => Number((each as HTMLElement).dataset.step))),
    ).toEqual(wanted);
    await page.context().close();
  });

  test("the focus goes along, so that a screen reader reads the step that is chosen", async () => {
    const { page } = await opened(`${of("a safety violation").page}#step=3`);
    await page.locator('[aria-current="step"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset.step === "4");
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog").textContent()).toContain("the next step");
    await page.context().close();
  });

  test("light and dark, as the system has it or as is chosen", async () => {
    const address = of("a safety violation").page;
    const back = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await opened(address, { colorScheme: "light" });
    const dark = await opened(address, { colorScheme: "dark" });
    const [day, night] = [await back(light.page), await back(dark.page)];
    expect(day).not.toBe(night);
    await dark.page.getByRole("combobox", { name: "colours" }).selectOption("light");
    await expect.poll(() => back(dark.page)).toBe(day);
    await light.page.goto(`${address}#theme=dark`);
    await light.page.reload();
    await expect.poll(() => back(light.page)).toBe(night);
    await light.page.context().close();
    await dark.page.context().close();
  });

  test("it prints: the whole chart and every step, in light colours", async () => {
    const { page } = await opened(of("over a hundred steps").page, { colorScheme: "dark" });
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    // The chart has 110 rows, some 20 on a page, and the words follow.
    expect(pdf.match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(5);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    expect(await page.$$eval(".sheet", (all) => all.length)).toBe(6);
    expect(await page.$$eval(".words tbody tr", (all) => all.length)).toBe(110);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    await page.context().close();
  });

  test("the number of a step, its name and its signs cover nothing of each other, in rows of each height", async () => {
    const { page } = await opened(of("a safety violation").page, { viewport: { width: 1400, height: 900 } });
    expect(await page.$$eval(".steps .decides", (all) => all.length)).toBeGreaterThan(1);
    for (const _ of ["38 pixels", "25", "16"]) {
      const covered = await page.$$eval(".steps button", (all) =>
        all.flatMap((step) => {
          const boxes = [...step.children].map((part) => {
            const range = document.createRange();
            range.selectNodeContents(part);
            return range.getBoundingClientRect();
          });
          const meet = (a: DOMRect, b: DOMRect) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
          return boxes.some((a, i) => boxes.slice(i + 1).some((b) => meet(a, b))) ? [step.textContent] : [];
        }),
      );
      expect(covered).toEqual([]);
      await page.keyboard.press("-");
    }
    await page.context().close();
  });

  // Colour is never the only sign: every place that has a colour has a name beside it.
  test("each colour of a lifeline has a name", async () => {
    const { page } = await opened(of("a deadlock").page);
    const bands = await page.$$eval(".band", (all) =>
      all.map((each) => each.querySelector("title")!.textContent!.split(" ")[1]),
    );
    const labels = await page.$$eval(".standing text", (all) => all.map((each) => each.textContent));
    expect(labels).toEqual(bands);
    expect(new Set(bands).size).toBeGreaterThan(5);
    await page.context().close();
  });
});

describe("several runs", () => {
  test("two stand beside each other, aligned on the steps that both take", async () => {
    const { page: address, trace } = shown(of("a safety violation").file, of("a lasso").file);
    const { page, complaints } = await opened(address);
    expect(await page.textContent(".alignment")).toBe(
      "4 steps in common, 4 only on the left, 11 only on the right; the first difference is in row 4",
    );
    const steps = await page.$$eval(".steps", (lists) =>
      lists.map((list) => [...list.querySelectorAll("li")].map((li) => li.querySelector(".name")?.textContent ?? "")),
    );
    const [left, right] = [steps[0]!, steps[1]!];
    expect(left.filter((name) => name !== "")).toEqual(trace.states.map((_, index) => stepNameOf(trace, index)));
    left.forEach((name, row) => {
      if (name !== "" && right[row] !== "") expect(right[row]).toBe(name);
    });
    const tops = await page.$$eval(".run", (runs) =>
      runs.map((run) => run.querySelector("li:nth-child(4)")!.getBoundingClientRect().top),
    );
    expect(tops[0]).toBe(tops[1]);
    await page.keyboard.press("Home");
    for (let i = 0; i < 3; i++) await page.keyboard.press("j");
    expect(await page.$$eval(".detail h2", (all) => all.map((each) => each.textContent))).toEqual([
      "Step 3 Receive Copy(data v1) K1→K2",
      "Step 3 Receive Copy(data v1) K1→K2",
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("everything that a check came to is one page, to choose from", async () => {
    const { page, complaints } = await opened(report("all.html", "popcorn", "--stage", "4.3", "--kernels", "2"));
    expect(await page.textContent(".outcome summary")).toMatch(
      /^popcorn, kernels 2, stage 4.3.*: 13 properties, 10 violated$/,
    );
    await page.getByLabel("counterexample", { exact: true }).selectOption({ index: 1 });
    await page.waitForFunction(() => location.hash.startsWith("#trace=2"));
    const second = await page.textContent("h1");
    expect(second).not.toContain("SWMR");
    await page.getByLabel("beside it").selectOption({ index: 1 });
    await page.waitForFunction(() => document.querySelectorAll(".run").length === 2);
    expect(await page.$$eval("h1", (all) => all.map((each) => each.textContent!))).toEqual([
      second,
      expect.stringContaining("SWMR"),
    ]);
    await page.reload();
    expect(await page.$$eval(".run", (all) => all.length)).toBe(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a row of the verdict table leads to its counterexample, and each verdict is one line", async () => {
    const { page, complaints } = await opened(report("rows.html", "popcorn", "--stage", "4.3", "--kernels", "2"));
    await page.locator(".outcome > summary").click();
    await page.setViewportSize({ width: 500, height: 900 });
    const rows = await page.$$eval(".outcome tbody tr", (all) =>
      all.map((tr) => {
        const [verdict, property] = tr.querySelectorAll("td");
        const lines = document.createRange();
        lines.selectNodeContents(verdict!);
        return {
          verdict: verdict!.textContent!,
          property: property!.textContent!,
          leads: property!.querySelector("a") !== null,
          lines: new Set([...lines.getClientRects()].map(({ top }) => Math.round(top))).size,
        };
      }),
    );
    expect(rows).toHaveLength(13);
    expect(rows.map(({ lines }) => lines)).toEqual(rows.map(() => 1));
    expect(rows.map(({ leads }) => leads)).toEqual(rows.map(({ verdict }) => verdict === "✗ violated"));
    await page.setViewportSize({ width: 1400, height: 900 });
    const violated = rows.filter(({ leads }) => leads).map(({ property }) => property);
    expect(violated).toHaveLength(10);
    for (const property of violated.reverse()) {
      await page.getByRole("link", { name: property, exact: true }).click();
      await page.waitForFunction((name) => document.querySelector("h1")?.textContent?.includes(name), property);
      expect(await page.$$eval(".outcome tr.current", (all) => all.map((tr) => tr.children[1]!.textContent))).toEqual([
        property,
      ]);
      expect(await page.getAttribute('.outcome a[aria-current="true"]', "href")).toMatch(/^#trace=\d+$/);
      expect(await page.$$eval(".run", (all) => all.length)).toBe(1);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a check that finds nothing has a page too", async () => {
    const { page } = await newPage();
    await page.goto(report("holds.html", "popcorn", "--stage", "4.7", "--kernels", "2", "--property", "SWMR"));
    expect(await page.textContent(".outcome")).toMatch(/2 properties, 0 violated.*✓ holds.*SWMR/s);
    await page.context().close();
  });
});

test("a machine that looks for barriers finds none", async () => {
  const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await opened(`${of("a deadlock").page}#step=40`, { bypassCSP: true, colorScheme });
    await page.addScriptTag({ content: axe });
    const found = await page.evaluate(async () => {
      const { violations } = await (
        window as never as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
      ).axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
    });
    expect(found).toEqual([]);
    await page.context().close();
  }
});
