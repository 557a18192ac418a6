/**
 * The audit: a sample of states is looked at again through the reference semantics, and the canonical successors compared. It catches a
 * function that is impure (a clock, a random number, a mutated capture), one that is not symmetric (it depends on the names of
 * interchangeable members, or on the order in which a set hands them out), and defects of the engine.
 */
import type { Values } from "../model/instance.js";
import { rename, renumber, successorsOf } from "../model/reference.js";
import { FunctionError } from "../observe/trees.js";
import { permutationsOf } from "../symmetry/nominal.js";
import type { Explorer } from "./explorer.js";

export interface Audit {
  /** The states looked at. */
  readonly states: number;
  run(): void;
}

/** An audit of about one stored state in `oneIn`, spread evenly, the first always among them. */
export function audit(explorer: Explorer, oneIn: number): Audit {
  let states = 0;
  return {
    get states() {
      return states;
    },
    /** @throws FunctionError at the first difference */
    run() {
      for (let row = 0; row < explorer.store.count; row += oneIn) {
        auditState(explorer, row);
        states++;
      }
    },
  };
}

function auditState(explorer: Explorer, row: number): void {
  const values = explorer.canonicalizer.valuesOf(explorer.rowAt(row));
  const observed = sortedKeys(explorer.successorRows(row), values.length);
  const expected = referenceSuccessors(explorer, values);
  if (
    observed.join("\n") !==
    expected
      .map(({ key }) => key)
      .sort()
      .join("\n")
  )
    throw difference(explorer, observed, expected, "impure");
  const { nominal } = explorer.canonicalizer;
  if (!nominal) return;
  const permutations = permutationsOf(nominal.size);
  const renamed = rename(values, nominal.set, permutations[1 + (row % (permutations.length - 1))]!, explorer.instance);
  const mirrored = referenceSuccessors(explorer, renamed);
  if (
    observed.join("\n") !==
    mirrored
      .map(({ key }) => key)
      .sort()
      .join("\n")
  )
    throw difference(explorer, observed, mirrored, "asymmetric");
}

interface Named {
  readonly key: string;
  readonly action: string;
}

function referenceSuccessors(explorer: Explorer, values: Values): Named[] {
  return [...successorsOf(explorer.instance, values)].flatMap(({ next, instance }) =>
    next ? [{ key: keyOfRow(explorer.canonicalizer.rowOf(renumber(next))), action: instance.action.name }] : [],
  );
}

function keyOfRow(row: Uint16Array): string {
  return row.join();
}

function sortedKeys(rows: readonly Uint16Array[], width: number): string[] {
  return rows.map((row) => keyOfRow(row.subarray(0, width))).sort();
}

function difference(
  explorer: Explorer,
  observed: readonly string[],
  expected: readonly Named[],
  why: "impure" | "asymmetric",
): Error {
  const missing = expected.filter(({ key }) => !observed.includes(key)).map(({ action }) => action);
  const names =
    [...new Set(missing)].join(", ") ||
    [...new Set(explorer.instance.actions.map(({ action }) => action.name))].join(" or ");
  return new FunctionError(
    why === "impure"
      ? `the audit found that ${names} is not a pure function of the state: run again on the same state it came to something else.\n  Verdicts would depend on chance. Take clocks, random numbers and changing captured variables out of it.`
      : `the audit found that ${names} does not treat the members of a scalarset alike: with the names exchanged it came to something else.\n  Symmetry reduction would give wrong verdicts. Do not depend on a member's name or on the order of a set, or declare the set ordered.`,
  );
}
