/**
 * A comparison of two models as JSON, for `--json`. docs/reference/comparison.md documents its fields, which stay as
 * they are.
 */

import type { Trace } from "../../traces/trace.js";
import type { AccessCost } from "../comparison/access-cost.js";
import type { BehaviourComparison, OnlyReached, PartingRun } from "../comparison/behaviour.js";
import type { ComparisonOutcome, SideOutcome } from "../comparison/comparison.js";
import { statusOfComparison } from "./exit-status.js";
import { type JsonReport, jsonOf } from "./json.js";
import { verdictInShort } from "./report.js";

export const COMPARISON_FORMAT = "popcheck comparison 1";

interface JsonCost {
  readonly reads: number;
  readonly readMessages: number;
  readonly writes: number;
  readonly writeMessages: number;
}

/** One of the two models as JSON. */
export interface JsonSide {
  readonly name: string;
  /** The outcome of its check, as `check --json` writes it. */
  readonly check: JsonReport;
  /** Messages of accesses one at a time; null if they are not known, for the reason in `costUnknown`. */
  readonly cost: JsonCost | null;
  readonly costUnknown: string | null;
}

interface JsonOnly {
  readonly valuations: number;
  readonly first: Trace | null;
}

/** What two models do, compared, as JSON. */
export interface JsonBehaviour extends Omit<BehaviourComparison, "only" | "parting" | "partingOpen"> {
  readonly only: { readonly a: JsonOnly; readonly b: JsonOnly };
  readonly parting: { readonly a: PartingRun | null; readonly b: PartingRun | null };
  readonly partingOpen: string | null;
}

/** The outcome of `compare` as JSON. */
export interface JsonComparison {
  readonly format: typeof COMPARISON_FORMAT;
  readonly status: number;
  readonly differences: ComparisonOutcome["differences"];
  readonly open: readonly string[];
  readonly a: JsonSide;
  readonly b: JsonSide;
  readonly properties: readonly {
    readonly name: string;
    /** The verdict in short, as `violated 7`; null if the model was not asked. */
    readonly a: string | null;
    readonly b: string | null;
    readonly change: ComparisonOutcome["properties"][number]["change"];
  }[];
  readonly premises: ComparisonOutcome["premises"];
  readonly chosen: ComparisonOutcome["behaviour"]["chosen"];
  /** Null if the states were not compared, for a reason that stands in `open`. */
  readonly behaviour: JsonBehaviour | null;
}

/** Returns a comparison as `--json` writes it. */
export function comparisonJsonOf(outcome: ComparisonOutcome): JsonComparison {
  const { differences, open, premises, behaviour } = outcome;
  const { chosen, comparison } = behaviour;
  return {
    format: COMPARISON_FORMAT,
    status: statusOfComparison(outcome),
    ...{ differences, open, a: jsonSide(outcome.a), b: jsonSide(outcome.b) },
    properties: outcome.properties.map(({ name, a, b, change }) => ({
      ...{ name, change },
      a: a === undefined ? null : verdictInShort(a),
      b: b === undefined ? null : verdictInShort(b),
    })),
    ...{ premises, chosen, behaviour: "both" in comparison ? jsonBehaviour(comparison) : null },
  };
}

function jsonSide({ name, outcome, cost }: SideOutcome): JsonSide {
  const check = jsonOf(outcome);
  return typeof cost === "string"
    ? { name, check, cost: null, costUnknown: cost }
    : { name, check, cost: jsonCost(cost), costUnknown: null };
}

function jsonCost({ of: { read, write } }: AccessCost): JsonCost {
  return {
    ...{ reads: read.accesses, readMessages: read.messages },
    ...{ writes: write.accesses, writeMessages: write.messages },
  };
}

function jsonBehaviour({ only, parting, partingOpen, ...rest }: BehaviourComparison): JsonBehaviour {
  const jsonOnly = ({ valuations, first }: OnlyReached): JsonOnly => ({ valuations, first: first ?? null });
  return {
    ...rest,
    only: { a: jsonOnly(only.a), b: jsonOnly(only.b) },
    parting: { a: parting.a ?? null, b: parting.b ?? null },
    partingOpen: partingOpen ?? null,
  };
}
