/** The pictures of the documents, and what is drawn compared with what is reached. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ObservedMachine } from "../../checker/diagram/observed-machine.js";
import type { StateMachine } from "../../checker/diagram/state-machine.js";
import { Instance } from "../../checker/model/instance.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { format, keyOf } from "../../checker/model/value.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { picturesOf } from "../docs/docs-diagrams.js";
import { popcheck, root } from "../support/command-line.js";

/** A picture is what its command gives. */
export function expectCurrent({ words, file }: ReturnType<typeof picturesOf>[number]): void {
  const { status, stdout } = popcheck(...words);
  expect(status).toBe(0);
  expect(stdout === readFileSync(join(root, file), "utf8"), "run npm run docs:diagrams").toBe(true);
}

type Given = Readonly<Record<string, unknown>>;

export async function observed(name: string, given: Given, options = {}): Promise<StateMachine> {
  const { model } = await loadModel(name);
  const machine = new ObservedMachine(model, given);
  return machine.machine(checkSync(machine.instance, options).incomplete);
}

/** The same by the reference semantics, in words. */
async function naive(name: string, given: Given, variable: string, field: string): Promise<Set<string>> {
  const instance = new Instance((await loadModel(name)).model, given);
  const { slots } = instance.layout;
  const told = new Set<string>();
  const seen = new Set<string>();
  const frontier = instance.initial.map((values) => renumber(values));
  const headline = (value: unknown) => format((value as { get(field: string): unknown }).get(field));
  for (let values = frontier.pop(); values; values = frontier.pop()) {
    const key = values.map((value) => keyOf(value)).join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    for (const { instance: taken, message, next, written } of successorsOf(instance, values)) {
      if (next === undefined) continue;
      frontier.push(renumber(next));
      const { action } = taken;
      const trigger = action.takes ? action.kinds!.of(message) : action.name;
      const kind = action.takes ? "message" : action.environment ? "application" : "internal";
      for (const slot of written)
        if (slots[slot]!.variable === variable)
          told.add(`${headline(values[slot])} > ${headline(next[slot])} ${kind} ${trigger}`);
    }
  }
  return told;
}

const inWords = ({ transitions }: StateMachine) =>
  transitions.map(({ from, to, kind, trigger }) => `${from} > ${to} ${kind} ${trigger}`).sort();

/** A model by its name, its parameters, the variable that is drawn and its headline. */
export type Drawn = readonly [name: string, given: Given, variable: string, field: string];

/** A transition is drawn if and only if a reachable state takes it. */
export async function expectDrawnAsReached(...[name, given, variable, field]: Drawn): Promise<void> {
  const expected = [...(await naive(name, given, variable, field))].sort();
  expect(expected.length).toBeGreaterThan(3);
  expect(inWords(await observed(name, given))).toEqual(expected);
}
