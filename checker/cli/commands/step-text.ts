/** A walk as text, for `popcheck step`. Pure functions of the walk's view. */
import { changesOf, messagesOf, wholeState } from "../../../traces/analysis/change.js";
import { stepNameOf } from "../../../traces/analysis/step-names.js";
import { align, counted, foldAfter } from "../../../traces/text/columns.js";
import { onOneLine, onOneLineThroughout } from "../../../traces/text/shown.js";
import { lengthOf, refusalOf } from "../../../traces/trace.js";
import type { Judgement, WalkView } from "../../explorer/view.js";
import type { Look } from "../../reports/terminal.js";

/** Returns the number of the state that the walk is in, the step that led there, and the state: in short, or whole. */
export function stateLines({ trace, at }: WalkView, look: Look, whole: boolean): string[] {
  const state = trace.states[at]!;
  const notTaken = refusalOf(state["#meta"]);
  const ahead = lengthOf(trace) - at;
  const head = onOneLine(
    `state ${at}: ${at === 0 ? "initial" : `after ${stepNameOf(trace, at)}`}${ahead > 0 ? `, ${ahead} ahead` : ""}`,
  );
  // The state is written as if it were the first of a run: as a whole, and not by what has changed.
  const alone = { ...trace, states: [state] };
  const short = [changesOf(alone, 0).join("  "), messagesOf(alone, 0).join("  ")].filter((line) => line !== "");
  const lines = whole ? wholeState(trace, state) : short;
  return [
    head,
    ...lines.flatMap((line) => foldAfter("    ", onOneLine(line), look.width)),
    ...(notTaken === undefined ? [] : foldAfter("    ", onOneLine(notTaken), look.width).map(look.bad)),
  ];
}

/** Returns the steps that can be taken, numbered from 1, with what they would change. */
export function enabledLines({ disabled, ...view }: WalkView, look: Look): string[] {
  const { enabled, properties } = onOneLineThroughout({ enabled: view.enabled, properties: view.properties });
  const violated = properties.filter(({ verdict }) => verdict === "violated");
  const here = violated.flatMap(({ name, text }) => foldAfter(`    ^ ${name}: `, text, look.width).map(look.bad));
  if (enabled.length === 0) return [...here, "  nothing can happen here"];
  const heads = align(enabled.map(({ choice, name }) => [String(choice + 1).padStart(4), name, "."])).map((line) =>
    line.slice(0, -1),
  );
  const steps = enabled.flatMap(({ changes, messages, violates, notTaken }, i) => {
    const what = [...changes, ...messages, ...(notTaken === undefined ? [] : [notTaken])].join("  ");
    const wrong =
      violates.length === 0 ? [] : foldAfter("        ", `violates ${violates.join(", ")}`, look.width).map(look.bad);
    return [...foldAfter(heads[i]!, what === "" ? "changes nothing" : what, look.width), ...wrong];
  });
  return [
    ...here,
    ...steps,
    look.dim(`      ${counted(disabled.length, "other step")} cannot be taken: why tells the reasons`),
  ];
}

/** Returns why steps cannot be taken, of the steps in whose line `word` occurs. */
export function whyLines({ disabled }: WalkView, word: string, look: Look): string[] {
  const rows = onOneLineThroughout(disabled)
    .map(({ name, cell, reason }) => [name, cell ?? "", reason === undefined ? "it goes by nothing" : `as ${reason}`])
    .filter((row) => row.some((cell) => cell.toLowerCase().includes(word.toLowerCase())));
  if (rows.length === 0)
    return [word === "" ? "  every step can be taken" : `  no step that cannot be taken has to do with ${word}`];
  return align(rows).flatMap((line) => foldAfter("  ", line, look.width));
}

const SIGN = { holds: "holds", violated: "VIOLATED", open: "open" } as const;

export function judgementLines(view: WalkView, name: string, look: Look): string[] {
  const properties = onOneLineThroughout(view.properties);
  const named = properties.filter((property) => property.name.toLowerCase().includes(name.toLowerCase()));
  if (named.length === 0)
    return [`  no property is called ${name}: there is ${properties.map((each) => each.name).join(", ")}`];
  const style = ({ verdict }: Judgement) =>
    verdict === "violated" ? look.bad : verdict === "holds" ? look.good : look.dim;
  const heads = align(named.map(({ verdict, name }) => [`  ${SIGN[verdict]}`, name, "."])).map((line) =>
    line.slice(0, -1),
  );
  return named.flatMap((property, i) => {
    const [first, ...rest] = foldAfter(heads[i]!, property.text || property.says, look.width);
    const word = `  ${SIGN[property.verdict]}`;
    return [style(property)(word) + first!.slice(word.length), ...rest];
  });
}

export function searchLines({ search: { state, text, distinct } }: WalkView, look: Look): string[] {
  const style = state === "found" ? look.good : look.bad;
  return foldAfter("  ", onOneLine(`${text} (${counted(distinct, "state")} looked at)`), look.width).map(style);
}

export function helpLines(
  commands: Readonly<Record<string, { readonly takes: string; readonly about: string }>>,
  look: Look,
): string[] {
  const rows = Object.entries(commands);
  const heads = align(rows.map(([name, { takes }]) => [`  ${name} ${takes}`, "."])).map((line) => line.slice(0, -1));
  return rows.flatMap(([, { about }], i) => foldAfter(heads[i]!, about, look.width));
}
