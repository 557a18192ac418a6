/** The parameters of a Murphi model: its integer constants, and how its deadlocks are defined. */
import { choice, flag, integer, type Parameter, type Parameters, text } from "../model/parameters.js";
import { DIALECTS } from "./dialect.js";
import { GUESSED } from "./drawing-words.js";
import type { Expression, Item } from "./syntax.js";

/** What a deadlock is: as rumur's `--deadlock-detection`. The first one is the default, there and here. */
export const DEADLOCKS = ["stuttering", "stuck", "off"] as const;
export type Deadlock = (typeof DEADLOCKS)[number];

/** A constant that the user may give another value. */
export interface ConstantParameter {
  /** Its name in the file. */
  readonly constant: string;
  /** Its name as a parameter: `nodeNum` of `NODE_NUM`, which is `--node-num` on the command line. */
  readonly parameter: string;
  readonly value: number;
}

/** The greatest value of a constant. Types whose sizes hang on it have lower limits of their own. */
const GREATEST = 2 ** 31;

/**
 * The options of popcheck's commands, which no parameter may be called; a constant of such a name becomes a parameter
 * with `Const` behind it. test/murphi/parameters.test.ts holds that none is missing.
 */
export const OPTION_NAMES: readonly string[] =
  `all audit baseline checkpoint checkpointEvery clockSkew cluster counterexamples coverage coverageHtml coverageLcov
  dir elements failOn fault fields file format fresh from full graph handling help html inOrder iterations json
  junit kinds latency localAccess log logEvery loops maxDepth maxStates memory messages missing model only out pages parts
  port property receptions sample sarif search seconds seed seeds show spill stack statistics stop store svg
  symmetry threads trace types update variable variables version walks watch with workload writeShare`.split(/\s+/);

/** Returns the constants of a file that are numbers as they stand, and not computed from others. */
export function constantsOf(items: readonly Item[]): readonly ConstantParameter[] {
  const taken = new Set<string>([...OPTION_NAMES, "deadlock", "dialect", "skipLiveness", "processes", "messages"]);
  return items.flatMap((item) => {
    const value = item.kind === "const" ? literal(item.value) : undefined;
    if (item.kind !== "const" || value === undefined) return [];
    let parameter = spelled(item.name);
    while (taken.has(parameter)) parameter += "Const";
    taken.add(parameter);
    return [{ constant: item.name, parameter, value }];
  });
}

function literal(of: Expression): number | undefined {
  if (of.kind === "number") return of.value;
  const value = of.kind === "unary" && of.operator === "-" ? literal(of.of) : undefined;
  return value === undefined ? undefined : -value + 0;
}

/** Returns `nodeNum` for `NODE_NUM`, `NodeNum` and `nodeNum`. */
function spelled(name: string): string {
  const words = name.split("_").filter((word) => word !== "");
  const parts = words.flatMap((word) =>
    word === word.toUpperCase() ? [word.toLowerCase()] : [word.charAt(0).toLowerCase() + word.slice(1)],
  );
  return parts.map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join("");
}

/** Returns the parameters of a model with these constants. */
export function parametersOf(constants: readonly ConstantParameter[], hasLiveness: boolean): Parameters {
  const declared: [string, Parameter][] = constants.map(({ constant, parameter, value }) => [
    parameter,
    integer(`the constant ${constant}`, { default: value, min: -GREATEST, max: Math.max(GREATEST, value) }),
  ]);
  return Object.fromEntries([
    ...declared,
    [
      "deadlock",
      choice("what a deadlock is: no rule that changes the state, no rule at all, or nothing", ...DEADLOCKS),
    ],
    [
      "dialect",
      choice("whose language the file is in: what it has tells, or it is as rumur or CMurphi takes it", ...DIALECTS),
    ],
    ["processes", text("for pictures, the types whose values are processes", { shape: "TYPE,...", default: GUESSED })],
    ["messages", text("for pictures, the variables that hold messages", { shape: "VARIABLE,...", default: GUESSED })],
    ...(hasLiveness ? [["skipLiveness", flag("check the model without its liveness properties", false)] as const] : []),
  ]);
}
