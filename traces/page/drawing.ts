/**
 * Where everything stands in the sequence chart, in pixels. There is a row for each step: above in it is the height at
 * which the step happens, below the height at which the state after it is written. A message is a line from the height
 * of the step that sends it, at the sender's lifeline, down to that of the step that receives it. Lines that cross are
 * messages that overtake. Pure.
 */

import type { Interval } from "../analysis/intervals.js";
import { labelOf, type MessageExchange } from "../analysis/messages.js";
import { lengthOf } from "../trace.js";
import { kindOf, type PageModel } from "./page-model.js";

export const ROW = 38;
/** The height of a step, below the top of its row. */
const EVENT = 11;
/** The height of the middle of a state's name, below the top of its row. */
const NAME = 27;
/** The width of a lifeline. */
export const BAND = 10;
/** The height beneath the last row, for what is in flight at the end and what is wrong. */
const FOOT = 26;
const LETTER = 6.3;
/** The width that all lifelines share, unless that brings them too far from each other. */
const ROOM = 560;

export interface Lifeline {
  readonly name: string;
  readonly x: number;
  readonly bands: readonly {
    readonly standing: string;
    readonly colour: number;
    readonly y: number;
    readonly end: number;
  }[];
  readonly names: readonly {
    readonly standing: string;
    readonly colour: number;
    readonly y: number;
    readonly width: number;
  }[];
}

export interface Arrow {
  readonly exchange: MessageExchange;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Whether the arrow leads from a lifeline to itself, as a bow to its right. */
  readonly bow: boolean;
  readonly label: { readonly text: string; readonly x: number; readonly y: number; readonly anchor: "start" | "end" };
  readonly overtakes: boolean;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly lifelines: readonly Lifeline[];
  readonly arrows: readonly Arrow[];
  /** The top of the row of each state. */
  readonly tops: readonly number[];
  /** Where each step acts: at its actor's lifeline. */
  readonly events: readonly {
    readonly index: number;
    readonly x: number;
    readonly y: number;
    readonly receives: boolean;
  }[];
}

export interface Drawn {
  /** The row of each state. */
  readonly rows: readonly number[];
  /** The number of rows of the page, whatever run they belong to. */
  readonly count: number;
  readonly hide: readonly string[];
  readonly without: readonly string[];
  /** The colour of each standing, the same for all runs on a page. */
  readonly colours: ReadonlyMap<string, number>;
}

/** Returns the number of the colour of each standing, in the order in which the standings are met. */
export function coloursOf(pageModels: readonly PageModel[]): Map<string, number> {
  const colours = new Map<string, number>();
  for (const { intervals } of pageModels)
    for (const own of intervals.values())
      for (const { standing } of own) if (!colours.has(standing)) colours.set(standing, colours.size);
  return colours;
}

/** Returns where everything of a run stands. */
export function drawingOf(pageModel: PageModel, of: Drawn): Drawing {
  const shown = pageModel.history.lifelines.filter((name) => !of.hide.includes(name));
  const gap = gapOf(pageModel, shown);
  const xOf = new Map(shown.map((name, i) => [name, Math.round(gap * (i + 0.5))]));
  const eventAt = (index: number) => of.rows[index]! * ROW + EVENT;
  const end = of.count * ROW;
  const arrows = pageModel.history.exchanges
    .filter((exchange) => xOf.has(exchange.from) && xOf.has(exchange.to) && !of.without.includes(kindOf(exchange)))
    .map((exchange) => arrowOf(pageModel, exchange, xOf, eventAt, end));
  return {
    width: Math.max(gap, gap * shown.length),
    height: end + FOOT,
    lifelines: shown.map((name) => lifelineOf(name, xOf.get(name)!, pageModel, of)),
    arrows: spread(arrows),
    tops: of.rows.map((row) => row * ROW),
    events: pageModel.history.actors.flatMap((actor, index) => {
      const x = index === 0 ? undefined : xOf.get(actor);
      const receives = pageModel.history.exchanges.some((exchange) => exchange.receivedAt === index);
      return x === undefined ? [] : [{ index, x, y: eventAt(index), receives }];
    }),
  };
}

/** Returns the distance of two lifelines: enough for the longest name of a standing, and for most labels. */
function gapOf({ intervals, history, trace }: PageModel, shown: readonly string[]): number {
  const standings = shown.flatMap((name) =>
    (intervals.get(name) ?? []).map(({ standing }) => shorten(standing).length),
  );
  const labels = history.exchanges.map((exchange) => Math.min(24, labelOf(trace, exchange).length));
  const letters = Math.max(8, ...standings, ...labels);
  const room = ROOM / Math.max(1, shown.length);
  return Math.round(Math.min(210, Math.max(110, room, letters * LETTER + 34)));
}

/** Shortens a standing or a label to `most` characters. The whole text stands beside the chart. */
export function shorten(text: string, most = 26): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function lifelineOf(
  name: string,
  x: number,
  { intervals, trace }: PageModel,
  { rows, count, colours }: Drawn,
): Lifeline {
  const own: readonly Interval[] = intervals.get(name) ?? [{ standing: "", from: 0, to: lengthOf(trace) }];
  const top = ({ from }: Interval) => (from === 0 ? 0 : rows[from]! * ROW + EVENT);
  const colourOf = (standing: string) => colours.get(standing) ?? 0;
  return {
    name,
    x,
    bands: own.map((interval, i) => ({
      standing: interval.standing,
      colour: colourOf(interval.standing),
      y: top(interval),
      end: own[i + 1] ? top(own[i + 1]!) : count * ROW,
    })),
    names: own
      .filter(({ standing }) => standing !== "")
      .map(({ standing, from }) => ({
        standing: shorten(standing),
        colour: colourOf(standing),
        y: rows[from]! * ROW + NAME,
        width: shorten(standing).length * LETTER + 12,
      })),
  };
}

function arrowOf(
  pageModel: PageModel,
  exchange: MessageExchange,
  xOf: ReadonlyMap<string, number>,
  eventAt: (index: number) => number,
  end: number,
): Arrow {
  const [from, to] = [xOf.get(exchange.from)!, xOf.get(exchange.to)!];
  const side = Math.sign(to - from);
  const bow = side === 0;
  const half = BAND / 2;
  const y1 = exchange.sentAt === 0 ? 0 : eventAt(exchange.sentAt);
  const y2 = exchange.receivedAt === undefined ? end + 6 : eventAt(exchange.receivedAt);
  const [x1, x2] = bow ? [from + half, to + half + 2] : [from + side * half, to - side * (half + 2)];
  const text = shorten(labelOf(pageModel.trace, exchange), 30);
  const x = bow ? x2 + 16 : x2 - side * 9;
  const label = { text, x, y: y2 - 5, anchor: side > 0 ? ("end" as const) : ("start" as const) };
  return { exchange, x1, y1, x2, y2, bow, label, overtakes: pageModel.overtaking.has(exchange) };
}

/** Gives each arrow that is in flight at the end a height of its own, so that no label stands on another. */
function spread(arrows: readonly Arrow[]): Arrow[] {
  let flying = 0;
  return arrows.map((arrow) => {
    if (arrow.exchange.receivedAt !== undefined) return arrow;
    const y2 = arrow.y2 + 14 * flying++;
    return { ...arrow, y2, label: { ...arrow.label, y: y2 + 4 } };
  });
}

/** Returns the height of the chart with its foot, which grows by what is in flight at the end. */
export function footOf({ arrows, height }: Drawing): number {
  return Math.max(height, ...arrows.map(({ y2 }) => y2 + 12));
}

/** Returns the path of an arrow, in the notation of SVG. */
export function pathOf({ x1, y1, x2, y2, bow }: Arrow): string {
  if (!bow) return `M${x1} ${y1}L${x2} ${y2}`;
  const out = x1 + Math.min(60, 18 + (y2 - y1) / 8);
  return `M${x1} ${y1}C${out} ${y1} ${out} ${y2} ${x2} ${y2}`;
}
