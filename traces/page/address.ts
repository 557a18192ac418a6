/**
 * What is shown, as the address after `#` says it: `#step=12&hide=K3`. A link opened elsewhere shows the same. Pure; whatever an address
 * says that the runs do not have is passed over.
 */

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Shown {
  /** The row that is chosen: the number of the step; of two runs, that of the common row. */
  readonly step: number;
  /** Processes that are not shown. */
  readonly hide: readonly string[];
  /** Kinds of messages that are not shown. */
  readonly without: readonly string[];
  /** Rows of the state that did not change are not shown. */
  readonly changed: boolean;
  /** Who is followed: a process, or the message `message:3` of the run on the left, `message:3:2` of that on the right. */
  readonly follow: string | undefined;
  readonly find: string;
  readonly theme: Theme;
}

/** Changes what is shown; by a function if it depends on what is shown then: keys come faster than pictures. */
export type ChangeShown = (by: Partial<Shown> | ((shown: Shown) => Partial<Shown>)) => void;

/** What there is to choose from. */
export interface Choosable {
  readonly rows: number;
  readonly processes: readonly string[];
  readonly kinds: readonly string[];
  /** Everything that can be followed. */
  readonly followable: readonly string[];
}

export function atFirst({ rows }: Pick<Choosable, "rows">): Shown {
  return {
    step: rows - 1,
    hide: [],
    without: [],
    changed: false,
    follow: undefined,
    find: "",
    theme: "auto",
  };
}

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
  };
}

/** Which of the runs that a file carries is shown, and which beside it; counted from 0. */
export interface Selection {
  readonly trace: number;
  readonly beside: number | undefined;
}

/** `#trace=2&beside=1`, counted from 1; what it does not say is as at first. */
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

/** With the step always, and else what is not as at first. */
export function toAddress(
  { step, hide, without, changed, follow, find, theme }: Shown,
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
  return `#${of}`;
}
