/** Where the chart puts things: it fits the window, uses it, and says everything at every zoom. */
import { describe, expect, test } from "vitest";
import { type Arrow, coloursOf, drawingOf, footOf, ROW_HEIGHTS } from "../../traces/page/drawing.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import type { Trace } from "../../traces/trace.js";
import { counterexampleOf } from "../support/counterexamples.js";

const two = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
const three = await counterexampleOf(
  "popcorn",
  { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" },
  "no unspecified reception",
);

const drawn = (trace: Trace, of: { room?: number; zoom?: number; hide?: string[] }) => {
  const pageModel = pageModelOf(trace);
  const rows = trace.states.map((_, index) => index);
  return drawingOf(pageModel, {
    ...{ rows, count: rows.length, hide: [], without: [], colours: coloursOf([pageModel]) },
    ...of,
  });
};

describe("the width", () => {
  // In a window of 1,400 pixels, each of two runs has some 660, beside the overview and the scroll bar.
  test("of three kernels fits beside another run in a window of 1,400 pixels", () => {
    const { gutter, width } = drawn(three, { room: 660 });
    expect(gutter + width).toBeLessThanOrEqual(661);
  });

  test.each([700, 900, 1400])("of %d pixels is used to the last", (room) => {
    const { gutter, width } = drawn(two, { room });
    expect(gutter + width).toBeGreaterThan(room - 3);
    expect(gutter + width).toBeLessThanOrEqual(room + 3);
  });

  test("of a very wide window leaves the lifelines near enough to follow an arrow", () => {
    const { lifelines } = drawn(two, { room: 4000 });
    expect(lifelines[1]!.x - lifelines[0]!.x).toBeLessThan(700);
  });

  test("has no two names of states upon each other, however narrow it is", () => {
    for (const zoom of ROW_HEIGHTS.keys()) {
      const { lifelines } = drawn(three, { room: 300, zoom });
      const edges = lifelines.map(({ x, names }) => {
        const half = Math.max(...names.map(({ width }) => width)) / 2;
        return [x - half, x + half] as const;
      });
      edges.slice(1).forEach(([left], i) => {
        expect(left).toBeGreaterThan(edges[i]![1]);
      });
    }
  });

  test("of a name of a step is that of the longest, if there is room", () => {
    expect(drawn(three, { room: 1400 }).gutter).toBeGreaterThan(drawn(three, { room: 500 }).gutter);
  });
});

describe("the zoom", () => {
  test.each([...ROW_HEIGHTS.entries()])(
    "%d has rows of %d pixels, in which each step and state stands",
    (zoom, row) => {
      const drawing = drawn(three, { zoom });
      expect(drawing.row).toBe(row);
      for (const { index, y } of drawing.events) expect(Math.floor(y / row)).toBe(index);
      for (const { names } of drawing.lifelines) for (const { y } of names) expect(y % row).toBeGreaterThan(row / 2);
      expect(footOf(drawing)).toBeGreaterThan(three.states.length * row);
    },
  );
});

describe("the label of a message", () => {
  /** Whether a message is in flight at the end of the run. */
  const isFlying = ({ exchange }: Arrow) => exchange.receivedAt === undefined;
  const isReceived = (arrow: Arrow) => !isFlying(arrow);

  // At the farthest zoom there are none.
  test.each([0, 1])("stands on no name of a state where its arrow ends, at zoom %d", (zoom) => {
    const { arrows, lifelines } = drawn(three, { zoom });
    let beside = 0;
    for (const { exchange, label, x1, x2 } of arrows.filter(isReceived)) {
      const lifeline = lifelines.find(({ name }) => name === exchange.to)!;
      for (const { y, width } of lifeline.names) {
        // The capitals of a label are 8 pixels high above its base line, a name 17.
        if (label.y < y - 8.5 || label.y - 8 > y + 8.5) continue;
        expect(Math.abs(label.x - lifeline.x), `${exchange.text} at ${exchange.receivedAt}`).toBeGreaterThan(width / 2);
        beside++;
      }
      expect(label.anchor).toBe(x2 > x1 ? "end" : "start");
    }
    expect(beside > 0).toBe(zoom > 0);
  });

  test("in flight at the end stands beyond the arrow, which does not cross it, where the chart goes on", () => {
    const sides = [340, 900].flatMap((room) => {
      const { arrows, width } = drawn(three, { room });
      return arrows.filter(isFlying).map(({ x1, x2, label }) => {
        const [right, beyond] = [x2 > x1, label.x > x2 === x2 > x1];
        expect(label.anchor).toBe(right === beyond ? "start" : "end");
        const room = width - x2 - 6 * label.text.length;
        if (!right || room > 10) expect(beyond).toBe(true);
        if (right && room < -10) expect(beyond).toBe(false);
        return `${right ? "to the right" : "to the left"}, ${beyond ? "beyond" : "before"}`;
      });
    });
    expect(new Set(sides)).toEqual(new Set(["to the right, beyond", "to the left, beyond", "to the right, before"]));
  });
});
