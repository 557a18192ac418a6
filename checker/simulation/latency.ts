/**
 * How long messages are under way: rules for kinds of message and for pairs of processes, of which the most specific
 * counts.
 */
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import type { Dice } from "../search/random/dice.js";
import { type Distribution, distributionOf, drawn } from "./distributions.js";

/** A rule as it was given. */
export interface LatencyRule {
  /** The kind of message that it is about; undefined: any kind. */
  readonly kind: string | undefined;
  /** The names of the two processes that it is about; undefined: any. */
  readonly pair: { readonly from: string; readonly to: string; readonly bothWays: boolean } | undefined;
  /** How long; or by which factor longer than the other rules say. */
  readonly takes: Distribution | { readonly kind: "times"; readonly factor: number };
  /** The rule's text. */
  readonly text: string;
}

/** How long a message is under way if no rule says so. */
export const DEFAULT_LATENCY = {
  /** A message that carries the page's data. */
  page: distributionOf("latency", "shifted(16,4)"),
  other: distributionOf("latency", "shifted(8,2)"),
} as const;

/**
 * Reads a rule: `10`, `Copy=20`, `K1-K2=times(10)` (both ways), `K1>K2=10`, `Copy:K1-K2=exponential(50)`.
 * @throws UsageError for any other text
 */
export function latencyRuleOf(text: string): LatencyRule {
  const [, selector = "", takes = ""] = /^(?:([^=]+)=)?([^=]+)$/.exec(text.trim()) ?? [];
  const [, kind, from, way, to] = /^(?:([^:>-]+))?(?::|^|$)(?:([^:>-]+)([->])([^:>-]+))?$/.exec(selector) ?? [];
  const isPair = from !== undefined && to !== undefined;
  if (takes === "" || (selector !== "" && kind === undefined && !isPair))
    throw new UsageError(`--latency takes TIME, KIND=TIME, K1-K2=TIME or KIND:K1-K2=TIME, not ${text || "nothing"}`);
  const [, factor] = /^times\((\d+(?:\.\d+)?)\)$/.exec(takes) ?? [];
  return {
    kind,
    pair: isPair ? { from, to, bothWays: way === "-" } : undefined,
    takes: factor === undefined ? distributionOf("latency", takes) : { kind: "times", factor: Number(factor) },
    text,
  };
}

/** Draws how long each message is under way. */
export class Latencies {
  private readonly known = new Map<string, { readonly takes: Distribution; readonly factor: number }>();

  /**
   * @param names the names of the processes, by number
   * @param carryPage the kinds of message that carry the page's data
   * @throws UsageError for a rule about a process that there is not
   */
  constructor(
    private readonly rules: readonly LatencyRule[],
    private readonly names: readonly string[],
    private readonly carryPage: readonly string[],
  ) {
    for (const { pair, text } of rules)
      for (const name of pair === undefined ? [] : [pair.from, pair.to])
        if (!names.includes(name))
          throw new UsageError(`--latency ${text} names ${name}, and the processes are ${names.join(", ")}`);
  }

  /** Draws how long a message of a kind is under way. @param from the number of its sender, if that is known */
  draw(kind: string, from: number | undefined, to: number, dice: Dice): number {
    const key = `${kind} ${from} ${to}`;
    let known = this.known.get(key);
    if (known === undefined) {
      known = this.ruleFor(kind, from, to);
      this.known.set(key, known);
    }
    return drawn(known.takes, dice) * known.factor;
  }

  private ruleFor(kind: string, from: number | undefined, to: number) {
    const applying = this.rules
      .filter((rule) => (rule.kind ?? kind) === kind && this.isAbout(rule, from, to))
      .sort((a, b) => specificity(a) - specificity(b));
    let takes: Distribution = this.carryPage.includes(kind) ? DEFAULT_LATENCY.page : DEFAULT_LATENCY.other;
    let factor = 1;
    for (const rule of applying) {
      if (rule.takes.kind === "times") factor *= rule.takes.factor;
      else takes = rule.takes;
    }
    return { takes, factor };
  }

  private isAbout({ pair }: LatencyRule, from: number | undefined, to: number): boolean {
    if (pair === undefined) return true;
    const [sender, receiver] = [from === undefined ? undefined : this.names[from], this.names[to]];
    const isThis = pair.from === sender && pair.to === receiver;
    return isThis || (pair.bothWays && pair.from === receiver && pair.to === sender);
  }
}

/** Of two rules the more specific one counts; of equals the one that is given last. */
function specificity({ kind, pair }: LatencyRule): number {
  return (pair === undefined ? 0 : 2) + (kind === undefined ? 0 : 1);
}

/** @throws UsageError for a rule about a kind of message that the model has not */
export function refuseUnknownKinds(rules: readonly LatencyRule[], kinds: readonly string[]): void {
  for (const { kind, text } of rules)
    if (kind !== undefined && !kinds.includes(kind))
      throw new UsageError(`--latency ${text} names the kind ${kind}${didYouMean(kind, kinds)}\n  The kinds of message are ${kinds.join(", ")}.`); // biome-ignore format: one sentence
}
