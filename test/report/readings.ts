/**
 * What the answers to the paper's open questions change, from test/known-answers.json, which `popcheck verify --all`
 * checks.
 */

import { kebabCase } from "../../checker/cli/args/options.js";
import { KNOWN_ANSWERS, type KnownAnswer, readKnownAnswers } from "../../checker/cli/known-answers.js";
import { parameters } from "../../spec/popcorn/options.js";
import { count } from "../../traces/text/columns.js";

type Verdicts = Readonly<Record<string, string>>;

/** A reading that is not the default's, of one question. */
export interface Reading {
  readonly stage: string;
  /** 0 for the network, which the paper leaves no doubt about. */
  readonly question: number;
  /** `--install newest` */
  readonly option: string;
  readonly distinct: number;
  readonly verdicts: Verdicts;
}

/** The number of the question that an option answers; undefined for refinements and repairs. */
export function questionOf(option: string): number | undefined {
  if (option === "network") return 0;
  const about = parameters[option as keyof typeof parameters]?.about ?? "";
  const number = /^(\d+): /.exec(about)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** What a question asks, option by option. */
export function optionsOf(question: number): { readonly name: string; readonly about: string }[] {
  return Object.entries(parameters)
    .filter(([name]) => questionOf(name) === question && question > 0)
    .map(([name, { about }]) => ({ name, about: about.replace(/^\d+: /, "") }));
}

export class Readings {
  private readonly cases: readonly KnownAnswer[];

  constructor(cases: readonly KnownAnswer[] = readKnownAnswers()) {
    const asked = cases.filter(
      ({ model, symmetry, parameters: { stage, kernels } }) =>
        model === "popcorn" && symmetry !== false && kernels === 3 && (stage === "4.7" || stage === "4.8"),
    );
    const unknown = asked.find(({ verdicts }) => verdicts === undefined);
    if (unknown) {
      const what = JSON.stringify(unknown.parameters);
      throw new Error(`${KNOWN_ANSWERS} does not say what ${what} comes to: run popcheck verify --all --update`);
    }
    this.cases = asked;
  }

  /** The default's verdicts. */
  defaultOf(stage: string): Verdicts {
    const found = this.cases.find(({ parameters: given }) => given.stage === stage && Object.keys(given).length === 2);
    if (found === undefined) throw new Error(`${KNOWN_ANSWERS} has no case of stage ${stage} by default`);
    return found.verdicts!;
  }

  /** All others of which one question at most is answered otherwise, by question. */
  others(): Reading[] {
    const readings = this.cases.flatMap(({ parameters: given, distinct, verdicts }) => {
      const [other, ...more] = Object.entries(given).filter(([name]) => name !== "stage" && name !== "kernels");
      if (other === undefined || more.length > 0) return [];
      const [name, value] = other;
      const question = questionOf(name);
      if (question === undefined) return [];
      const option =
        typeof value === "boolean" ? `--${value ? "" : "no-"}${kebabCase(name)}` : `--${kebabCase(name)} ${value}`;
      return [{ stage: String(given.stage), question, option, distinct: distinct!, verdicts: verdicts! }];
    });
    return readings.sort((a, b) => a.question - b.question || (a.stage < b.stage ? -1 : a.stage > b.stage ? 1 : 0));
  }

  /** Whether another answer to any question makes a property hold that does not by default, in a sentence. */
  escapes(stage: string, property: string): string {
    const asked = this.others().filter((reading) => reading.stage === stage && property in reading.verdicts);
    const holding = asked.filter(({ verdicts }) => verdicts[property]!.startsWith("holds"));
    const many = `${count(asked.length)} other readings of ${stage} that are checked with three kernels`;
    if (holding.length === 0) return `It fails in each of the ${many}.`;
    return `Of the ${many}, it holds with ${holding.map(({ option }) => `\`${option}\``).join(", ")}.`;
  }
}

/** `violated 18` as `18`, `violated 5+10 starvation` as `5+10`: how far a counterexample goes. */
const lengthOf = (verdict: string) => verdict.split(" ")[1] ?? "";
const kindOf = (verdict: string) => verdict.split(" ")[0]!;

/** What is not as in the default's, in words: first what is decided otherwise. */
export function differences(usual: Verdicts, other: Verdicts): string {
  const names = [...new Set([...Object.keys(usual), ...Object.keys(other)])];
  const changed = names.filter((name) => usual[name] !== other[name]);
  const isOther = (name: string) => kindOf(usual[name] ?? "") !== kindOf(other[name] ?? "");
  const decided = changed.filter(isOther).map((name) => {
    const [before, now] = [usual[name], other[name]];
    if (now === undefined) return `*${name}* is not asked`;
    if (kindOf(now) === "holds") return `*${name}* **holds**`;
    if (kindOf(now) === "violated") return `*${name}* **fails**: ${lengthOf(now)}`;
    return before === undefined ? `*${name}* is asked` : `*${name}*: ${now}`;
  });
  const longer = changed
    .filter((name) => !isOther(name))
    .map((name) => `*${name}* ${lengthOf(usual[name]!)} → ${lengthOf(other[name]!)}`);
  const parts = [...decided, ...(longer.length === 0 ? [] : [`${decided.length ? "else " : ""}${longer.join(", ")}`])];
  return parts.length === 0 ? "nothing" : parts.join("; ");
}
