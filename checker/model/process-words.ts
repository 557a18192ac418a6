/** What a model says of its processes and channels, in words, for `describe`. */
import { Channel } from "./channel.js";
import type { Instance } from "./instance.js";
import { type AnyEnd, isSingle, messageFields, partsOf, toldNames } from "./process.js";
import { nameOf } from "./scalarset.js";
import { format } from "./value.js";

/** Returns a row for each declared process, or index set of processes: the names, and what they are. */
export function processesInWords({ model, layout }: Instance): [string, string][] {
  return (model.processes ?? []).map((process) =>
    isSingle(process)
      ? [process.name, `with ${process.variables.join(", ")}`]
      : [layout.membersOf(process).map(nameOf).join(", "), `each ${process.name}`],
  );
}

/** Returns a row for each channel: its name, and who sends and receives its messages. */
export function channelsInWords(instance: Instance): [string, string][] {
  const { model, layout, initial } = instance;
  const { unsent = [] } = model;
  const held = layout.variables.filter(
    (name, family) =>
      !unsent.includes(name) &&
      layout.slots.some((slot, i) => slot.family === family && initial[0]![i] instanceof Channel),
  );
  const names = new Set([...held, ...Object.keys(model.channels ?? {})]);
  return [...names].map((name) => {
    const of = model.channels?.[name] ?? {};
    const { from, to, empty, slots } = of;
    const { variable, field } = partsOf(name, layout.variables);
    const [place] = messageFields(field ?? name, of);
    const payload = place === undefined ? [] : toldNames(place);
    const sets = layout.declarations[variable]!.sets.map((set) => set.name);
    const pair = sets.length === 2;
    const ends = `from ${endInWords(from ?? (pair ? "first index" : undefined), sets)} to ${endInWords(to ?? (pair ? "second index" : undefined), sets)}`; // biome-ignore format: one sentence
    const carried = payload.length === 0 ? "" : `, with ${payload.join(", ")}`;
    if (field === undefined) return [name, ends];
    const held = slots === undefined ? "a field" : `${slots.length} fields`;
    return [name, `${ends}; ${held}, ${format(empty)} when it holds no message${carried}`];
  });
}

function endInWords(end: AnyEnd | undefined, sets: readonly string[]): string {
  if (end === undefined) return "whoever takes the step, if its action says who";
  if (typeof end === "function") return "whom the message names";
  if (typeof end !== "string") return end.name;
  if (end === "index") return `the ${sets[0]} that it is indexed by`;
  const [first, second] = sets;
  if (first !== second) return `the ${end === "first index" ? first : second}`;
  return `the ${end === "first index" ? "first" : "second"} ${first}`;
}
