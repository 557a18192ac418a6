/**
 * Where everything stands in the sequence chart, in pixels. There is a row for each step: above in it is the height at
 * which the step happens, below the height at which the state after it is written. A message is a line from the height
 * of the step that sends it, at the sender's lifeline, down to that of the step that receives it. Lines that cross are
 * messages that overtake. Pure.
 */

import type { Interval } from "../analysis/intervals.js";
import { labelOf, type MessageExchange } from "../analysis/messages.js";
import { colourNumbersOf, knownStandings } from "../analysis/state-colours.js";
import { lengthOf } from "../trace.js";
import { kindOf, type PageModel } from "./page-model.js";

/** The heights of a row, from near to far. */
export const ROW_HEIGHTS = [38, 25, 16] as const;
/** The place of a step in its row, and of the middle of a state's name, as parts of the row's height. */
const EVENT = 0.29;
const NAME = 0.71;
/** The widths of a letter of a state's name, by row height. */
const LETTERS = [6.3, 5.9, 5.1] as const;
/** The width of a letter of a message's label. */
const LABEL_LETTER = 6;
/** The least distance of a label from the lifeline that its arrow leads to: the head stands between them. */
const BESIDE_HEAD = 14;
/** The half height of a label and a state's name together: nearer than that they would stand upon each other. */
const LABEL_AND_NAME = 13;
/** The width of a lifeline. */
export const BAND = 10;
/** The height beneath the last row, for what is in flight at the end and what is wrong. */
const FOOT = 26;
/** The width of a letter of a step's name. */
const STEP_LETTER = 7.7;
/** The greatest distance of two lifelines: beyond it, arrows are hard to follow. */
const WIDEST_GAP = 640;
/** The width of a run, if nobody says otherwise. */
export const USUAL_ROOM = 800;

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
  /** The height of a row. */
  readonly row: number;
  /** The width of the column with the names of the steps, to the left of the drawing. */
  readonly gutter: number;
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
  /** The zoom: an index of `ROW_HEIGHTS`. */
  readonly zoom?: number;
  /** The width that there is for the run, with the names of its steps. */
  readonly room?: number;
  /** The colour of each standing, the same for all runs on a page. */
  readonly colours: ReadonlyMap<string, number>;
}

/** Returns the number of the colour of each standing, the same in every picture of a model. */
export function coloursOf(pageModels: readonly PageModel[]): Map<string, number> {
  const met = pageModels.flatMap(({ intervals }) => [...intervals.values()].flat().map(({ standing }) => standing));
  return colourNumbersOf(knownStandings(pageModels.map(({ trace }) => trace)), met);
}

/** Returns where everything of a run stands. */
export function drawingOf(pageModel: PageModel, of: Drawn): Drawing {
  const { zoom = 0, room = USUAL_ROOM } = of;
  const row = ROW_HEIGHTS[zoom] ?? ROW_HEIGHTS[0];
  const shown = pageModel.history.lifelines.filter((name) => !of.hide.includes(name));
  const least = leastGapOf(pageModel, shown);
  const gutter = gutterOf(pageModel, Math.min(0.5 * room, room - least * shown.length));
  const gap = Math.round(Math.max(least, Math.min(WIDEST_GAP, (room - gutter) / Math.max(1, shown.length))));
  const xOf = new Map(shown.map((name, i) => [name, Math.round(gap * (i + 0.5))]));
  const eventAt = (index: number) => of.rows[index]! * row + Math.round(row * EVENT);
  const end = of.count * row;
  const width = Math.max(gap, gap * shown.length);
  const lifelines = shown.map((name) => lifelineOf(name, xOf.get(name)!, pageModel, of, eventAt));
  const arrows = pageModel.history.exchanges
    .filter((exchange) => xOf.has(exchange.from) && xOf.has(exchange.to) && !of.without.includes(kindOf(exchange)))
    .map((exchange) => arrowOf(pageModel, exchange, xOf, eventAt, end));
  return {
    row,
    gutter,
    width,
    height: end + FOOT,
    lifelines,
    arrows: spread(arrows, width).map((arrow) => besideNames(arrow, lifelines)),
    tops: of.rows.map((place) => place * row),
    events: pageModel.history.actors.flatMap((actor, index) => {
      const x = index === 0 ? undefined : xOf.get(actor);
      const receives = pageModel.history.exchanges.some((exchange) => exchange.receivedAt === index);
      return x === undefined ? [] : [{ index, x, y: eventAt(index), receives }];
    }),
  };
}

/** Returns the width for the names of steps: that of the longest, if what the lifelines leave is enough. */
function gutterOf({ steps }: PageModel, left: number): number {
  const longest = Math.max(...steps.map(({ name }) => name.length));
  return Math.round(Math.max(170, Math.min(64 + longest * STEP_LETTER, left, 380)));
}

/** Returns the least distance of two lifelines: no two names of states stand upon each other. */
function leastGapOf({ intervals }: PageModel, shown: readonly string[]): number {
  const standings = shown.flatMap((name) => (intervals.get(name) ?? []).map(({ standing }) => standing));
  return Math.max(96, ...[...standings, ...shown].map((text) => pillOf(text) + 2));
}

/** Returns the width of a state's name with its outline. Capitals are wider than other letters. */
function pillOf(standing: string, letter: number = LETTERS[0]): number {
  const text = shorten(standing);
  const capitals = text.match(/[A-Z_]/g)?.length ?? 0;
  return (text.length + 0.3 * capitals) * letter + 12;
}

/** Shortens a standing or a label to `most` characters. The whole text stands beside the chart. */
export function shorten(text: string, most = 26): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function lifelineOf(
  name: string,
  x: number,
  { intervals, trace }: PageModel,
  { rows, count, colours, zoom = 0 }: Drawn,
  eventAt: (index: number) => number,
): Lifeline {
  const row = ROW_HEIGHTS[zoom] ?? ROW_HEIGHTS[0];
  const own: readonly Interval[] = intervals.get(name) ?? [{ standing: "", from: 0, to: lengthOf(trace) }];
  const top = ({ from }: Interval) => (from === 0 ? 0 : eventAt(from));
  const colourOf = (standing: string) => colours.get(standing) ?? 0;
  return {
    name,
    x,
    bands: own.map((interval, i) => ({
      standing: interval.standing,
      colour: colourOf(interval.standing),
      y: top(interval),
      end: own[i + 1] ? top(own[i + 1]!) : count * row,
    })),
    names: own
      .filter(({ standing }) => standing !== "")
      .map(({ standing, from }) => ({
        standing: shorten(standing),
        colour: colourOf(standing),
        y: rows[from]! * row + Math.round(row * NAME),
        width: pillOf(standing, LETTERS[zoom]),
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
  const text = shorten(labelOf(exchange), bow ? 30 : Math.max(10, Math.floor((Math.abs(x2 - x1) - 24) / LABEL_LETTER)));
  const x = bow ? x2 + 16 : x2 - side * BESIDE_HEAD;
  const label = { text, x, y: y2 - 5, anchor: side > 0 ? ("end" as const) : ("start" as const) };
  return { exchange, x1, y1, x2, y2, bow, label, overtakes: pageModel.overtaking.has(exchange) };
}

/**
 * Gives each arrow that is in flight at the end a height of its own, so that no label stands on another. Its label
 * stands beyond its end, where the arrow does not cross it, unless the chart ends there.
 */
function spread(arrows: readonly Arrow[], width: number): Arrow[] {
  let flying = 0;
  return arrows.map((arrow) => {
    if (arrow.exchange.receivedAt !== undefined) return arrow;
    const y2 = arrow.y2 + 14 * flying++;
    const { label, x1, x2, bow } = arrow;
    const beyond = x2 + (x2 > x1 ? 9 : -9);
    if (bow || beyond + label.text.length * LABEL_LETTER > width + BAND)
      return { ...arrow, y2, label: { ...label, y: y2 + 4 } };
    return { ...arrow, y2, label: { ...label, x: beyond, y: y2 + 4, anchor: x2 > x1 ? "start" : "end" } };
  });
}

/** Moves the label of an arrow that ends where a name of a state stands to the side of that name. */
function besideNames(arrow: Arrow, lifelines: readonly Lifeline[]): Arrow {
  const { label, exchange, bow, x1, x2 } = arrow;
  if (bow || exchange.receivedAt === undefined) return arrow;
  const { x, names } = lifelines.find(({ name }) => name === exchange.to)!;
  const above = names.find(({ y }) => Math.abs(y - (label.y - 4)) < LABEL_AND_NAME);
  if (above === undefined) return arrow;
  return { ...arrow, label: { ...label, x: x - Math.sign(x2 - x1) * (above.width / 2 + 4) } };
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
