/**
 * What a real browser draws of random runs of protocols with a home, a station, a manager, directories and a bus: who
 * acts, sends and receives is who did, by where lanes, rows and arrows are on the screen.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { folder } from "../support/command-line.js";
import { besideTold, kind, protocols, repeated, runsOf } from "../traces/models/protocols.js";
import { opened, withChromium } from "./chromium.js";
import { shown } from "./counterexamples.js";

withChromium();

interface Drawn {
  readonly actor: string | undefined;
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

/** Returns what is in the row of each step: who acts, and `from→to kind` of the arrows that begin and end there. */
async function drawnIn(page: Page): Promise<Drawn[]> {
  const { actors, arrows } = await page.evaluate(() => {
    const heads = [...document.querySelectorAll(".head")].map((head) => {
      const { left, width } = head.getBoundingClientRect();
      return { name: head.textContent!, x: left + width / 2 };
    });
    const rows = [...document.querySelectorAll(".steps li")].map((row) => row.getBoundingClientRect());
    const laneAt = (x: number) => heads.sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0]!.name;
    const rowAt = (y: number) => rows.findIndex(({ top, bottom }) => top <= y && y < bottom);
    const actors = rows.map((): string | undefined => undefined);
    for (const event of document.querySelectorAll("circle.event")) {
      const { left, top, width, height } = event.getBoundingClientRect();
      actors[rowAt(top + height / 2)] = laneAt(left + width / 2);
    }
    const arrows = [...document.querySelectorAll<SVGGElement>("g.arrow")].map((arrow) => {
      const line = arrow.querySelector<SVGPathElement>(".line")!;
      const at = (length: number) => line.getPointAtLength(length).matrixTransform(line.getScreenCTM()!);
      const [from, to] = [at(0), at(line.getTotalLength())];
      const label = document.querySelector(`.arrow-label[data-exchange="${arrow.dataset.exchange}"]`)!.textContent!;
      return { way: `${laneAt(from.x)}→${laneAt(to.x)}`, label, sentAt: rowAt(from.y), receivedAt: rowAt(to.y) };
    });
    return { actors, arrows };
  });
  return actors.map((actor, row): Drawn => {
    const messages = (end: "sentAt" | "receivedAt") =>
      arrows
        .filter((arrow) => arrow[end] === row)
        .flatMap(({ way, label }) => {
          const text = label.replace("⤨ ", "");
          return repeated(`${way} ${kind(text)}`, Number(/(?<=×)\d+/.exec(text)?.[0] ?? 1));
        });
    return { actor, sent: messages("sentAt"), received: messages("receivedAt") };
  });
}

describe.each(protocols)("%s", (name, model, given, tell) => {
  test("has lanes, events and arrows of who did", async () => {
    let received = 0;
    for (const [run, trace] of runsOf(model, given, 3).entries()) {
      const file = `${name.replaceAll(" ", "-")}-${run}.json`;
      writeFileSync(join(folder, file), JSON.stringify(trace));
      const { page, complaints } = await opened(shown(file).page);
      const drawn = await drawnIn(page);
      const told = tell(trace);
      expect(drawn).toHaveLength(told.length);
      for (const [index, did] of told.entries()) {
        if (index === 0) continue;
        const where = `run ${run + 1}, step ${index}`;
        expect(drawn[index]!.actor, where).toBe(did.actor);
        for (const end of ["sent", "received"] as const) {
          const [mine, theirs] = besideTold(drawn[index]![end], did[end]);
          expect(mine, `${where}, ${end}`).toEqual(theirs);
        }
        received += did.received.length;
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
    expect(received).toBeGreaterThan(12);
  });
});
