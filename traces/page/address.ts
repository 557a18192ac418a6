/**
 * What a page shows, as the address after `#` says it: `#step=12&hide=K3`. A link that is opened elsewhere shows the
 * same. Pure. What an address says that the runs do not have is ignored.
 */

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What the page shows of its runs. */
export interface Shown {
  /** The chosen row: the number of the step, or, of two runs, that of the common row. */
  readonly step: number;
  /** The processes that are hidden. */
  readonly hide: readonly string[];
  /** The kinds of message that are hidden. */
  readonly without: readonly string[];
  /** Whether rows of the state that did not change are hidden. */
  readonly changed: boolean;
  /**
   * What is followed: a process, or the message `message:3` of the run on the left, `message:3:2` of the run on the
   * right.
   */
  readonly follow: string | undefined;
  readonly find: string;
  readonly theme: Theme;
  /** How far the chart is: 0 is near; each number more has smaller rows. */
  readonly zoom: number;
}

/** The number of the farthest zoom. */
export const FARTHEST = 2;

/**
 * Changes what is shown. A change that depends on what is shown then is given as a function, since keys come faster
 * than pictures.
 */
export type ChangeShown = (by: Partial<Shown> | ((shown: Shown) => Partial<Shown>)) => void;

/** What there is to choose from. */
export interface Choosable {
  readonly rows: number;
  readonly processes: readonly string[];
  readonly kinds: readonly string[];
  /** The names of everything that can be followed. */
  readonly followable: readonly string[];
}

/** Returns what is shown at first: the last step, and everything of it. */
export function atFirst({ rows }: Pick<Choosable, "rows">): Shown {
  return {
    step: rows - 1,
    hide: [],
    without: [],
    changed: false,
    follow: undefined,
    find: "",
    theme: "auto",
    zoom: 0,
  };
}

/** Returns what an address shows. */
export function fromAddress(fragment: string, choosable: Choosable): Shown {
  const of = new URLSearchParams(fragment.replace(/^#/, ""));
  const start = atFirst(choosable);
  const step = Number.parseInt(of.get("step") ?? "", 10);
  const list = (name: string, known: readonly string[]) => known.filter((each) => of.getAll(name).includes(each));
  const follow = of.get("follow") ?? undefined;
  return {
    step: Number.isNaN(step) ? start.step : Math.min(Math.max(0, step), choosable.rows - 1),
    hide: list("hide", choosable.processes),
    without: list("without", choosable.kinds),
    changed: of.get("changed") === "1",
    follow: follow !== undefined && choosable.followable.includes(follow) ? follow : undefined,
    find: of.get("find") ?? "",
    theme: THEMES.find((theme) => theme === of.get("theme")) ?? "auto",
    zoom: Math.min(Math.max(0, Number.parseInt(of.get("zoom") ?? "0", 10) || 0), FARTHEST),
  };
}

/** Which of the runs in a file is shown, and which beside it; counted from 0. */
export interface Selection {
  readonly trace: number;
  readonly beside: number | undefined;
}

/**
 * Returns the selection that an address names: `#trace=2&beside=1`, counted from 1.
 * @param count the number of runs in the file
 * @param first the selection if the address names none
 */
export function selectionIn(fragment: string, count: number, first: Selection): Selection {
  const of = new URLSearchParams(fragment.replace(/^#/, ""));
  const number = (name: string) => {
    const value = Number.parseInt(of.get(name) ?? "", 10) - 1;
    return value >= 0 && value < count ? value : undefined;
  };
  const trace = number("trace");
  if (trace === undefined) return first;
  const beside = number("beside");
  return { trace, beside: beside === trace ? undefined : beside };
}

/** Returns the address of what is shown. It always has the step, and of the rest what is not as at first. */
export function toAddress(
  { step, hide, without, changed, follow, find, theme, zoom }: Shown,
  selection: Selection = { trace: 0, beside: undefined },
  first: Selection = { trace: 0, beside: undefined },
): string {
  const of = new URLSearchParams();
  if (selection.trace !== first.trace || selection.beside !== first.beside) {
    of.set("trace", String(selection.trace + 1));
    if (selection.beside !== undefined) of.set("beside", String(selection.beside + 1));
  }
  of.set("step", String(step));
  for (const name of hide) of.append("hide", name);
  for (const name of without) of.append("without", name);
  if (changed) of.set("changed", "1");
  if (follow !== undefined) of.set("follow", follow);
  if (find !== "") of.set("find", find);
  if (theme !== "auto") of.set("theme", theme);
  if (zoom !== 0) of.set("zoom", String(zoom));
  return `#${of}`;
}
