/**
 * The tables of docs/repaired-protocol.md: what each rule is needed for, what was checked, what reads and writes cost.
 * The verdicts and counts are those of test/known-answers.json, which `popcheck verify --all` checks; the costs are
 * counted here.
 */
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import { KNOWN_ANSWERS, type KnownAnswer } from "../../checker/cli/known-answers.js";
import { count } from "../../traces/text/columns.js";
import { table, withTables } from "./markdown.js";
import { messageCosts } from "./message-costs.js";

/** The page, with the lines between each pair of marks `<!-- name -->` and `<!-- end -->` written anew. */
export function repairedPage(page: string, cases: readonly KnownAnswer[]): string {
  return withTables(page, { needed: needed(cases), checked: checked(cases), costs: costs(), others: others(cases) });
}

type Given = Readonly<Record<string, unknown>>;

function caseOf(cases: readonly KnownAnswer[], given: Given): KnownAnswer {
  const text = (of: Given) => JSON.stringify(Object.entries(of).sort());
  const found = cases.find(
    ({ model, parameters, symmetry }) =>
      model === "popcorn" && symmetry === undefined && text(parameters) === text(given),
  );
  if (found?.verdicts === undefined) throw new Error(`${KNOWN_ANSWERS} has no verdicts for ${JSON.stringify(given)}`);
  return found;
}

/** The properties that a case violates, each with the steps of its shortest counterexample. */
export function violated({ verdicts = {} }: KnownAnswer): string[] {
  return Object.entries(verdicts).flatMap(([name, verdict]) =>
    verdict.startsWith("violated") ? [`*${name}* ${verdict.split(" ")[1] ?? ""}`.trim()] : [],
  );
}

export const command = (known: KnownAnswer) => `\`popcheck check ${checkArgumentsOf(known)}\``;
const all = { kernels: 3 };

/** A rule, and the model without it. */
const withoutRule: readonly (readonly [rule: string, given: Given])[] = [
  ["Copies are refused, and Acks ask (`refuse-stale`, `ack-asks`): 4.7 itself", { stage: "4.7", ...all }],
  ["an Ack asks, a read is served once (`ack-asks`)", { stage: "repaired", ...all, ackAsks: false }],
  ["Copies are refused (`refuse-stale`), with 4.8's other rules", { stage: "repaired-4.8", ...all, refuseStale: false, ackAsks: false }], // biome-ignore format: a row
  ["nobody has the page, twice (`alone-twice`)", { stage: "repaired-4.8", ...all, aloneTwice: false }],
  ["an Invalid makes a first access a read (`fetching-reads`)", { stage: "repaired-4.8", ...all, fetchingReads: false }], // biome-ignore format: a row
  ["step 1 of a round (4.7)", { stage: "repaired", ...all, step1: false }],
  ["step 2 of a round (4.7)", { stage: "repaired", ...all, step2: false }],
];

function needed(cases: readonly KnownAnswer[]): string {
  const rows = withoutRule.map(([rule, given]) => {
    const known = caseOf(cases, given);
    const fails = violated(known);
    if (fails.length === 0) throw new Error(`${checkArgumentsOf(known)} violates nothing: the rule is not needed`);
    return [rule, fails.join(", "), command(known)];
  });
  return table(["without the rule", "violated, after how many steps", "command"], rows);
}

/** Every recorded case of a repaired protocol with all its rules. */
function checked(cases: readonly KnownAnswer[]): string {
  const setting = new Set(["stage", "kernels", "network", "clocks"]);
  const whole = cases.filter(
    ({ model, parameters }) =>
      model === "popcorn" &&
      String(parameters.stage).startsWith("repaired") &&
      Object.keys(parameters).every((name) => setting.has(name)),
  );
  const rows = whole.map((known) => {
    const { parameters, symmetry, distinct, generated } = known;
    const fails = violated(known);
    if (fails.length > 0) throw new Error(`${checkArgumentsOf(known)} violates ${fails.join(", ")}`);
    const properties = Object.values(known.verdicts ?? {}).filter((verdict) => verdict === "holds").length;
    return [
      String(parameters.stage),
      String(parameters.kernels),
      String(parameters.network ?? "unordered"),
      String(parameters.clocks ?? "unbounded"),
      symmetry === false ? "without" : parameters.clocks === undefined ? "with" : "none: indices are compared",
      count(distinct ?? 0),
      count(generated ?? 0),
      `all ${properties} hold`,
    ];
  });
  return table(
    ["stage", "kernels", "network", "clocks", "symmetry", "distinct states", "transitions", "properties"],
    rows,
  );
}

/** The repairs that were compared. */
const repairs: readonly (readonly [name: string, what: string, of47: Given, of48: Given])[] = [
  [
    "R1",
    "no change of messages: a fetch counts only if an earlier one, sent after the last Invalid that was Acked, was answered by all",
    { stage: "4.7", ...all, confirmFetch: true },
    { stage: "4.8", ...all, confirmFetch: true, aloneTwice: true, fetchingReads: true },
  ],
  [
    "R2",
    "versions: a reader refuses a Copy that is not newer than what it Acked, and fetches again",
    { stage: "repaired", ...all, ackAsks: false },
    { stage: "repaired-4.8", ...all, ackAsks: false },
  ],
  [
    "R3",
    "versions without steps 1 and 2: a loser refuses, too",
    { stage: "repaired", ...all, ackAsks: false, losersRefuse: true, step1: false, step2: false },
    { stage: "repaired-4.8", ...all, ackAsks: false, losersRefuse: true, step1: false, step2: false },
  ],
  [
    "**R2 and R4**",
    "versions, and an Ack that asks: recommended, `--stage repaired`",
    { stage: "repaired", ...all },
    { stage: "repaired-4.8", ...all },
  ],
];

function others(cases: readonly KnownAnswer[]): string {
  const told = (given: Given) => {
    const known = caseOf(cases, given);
    return `${violated(known).join(", ") || "nothing"}; ${count(known.distinct ?? 0)} states`;
  };
  const rows = repairs.map(([name, what, of47, of48]) => [name, what, told(of47), told(of48)]);
  return table(["repair", "rule", "fails, of 4.7", "fails, of 4.8"], rows);
}

/** The steps of the runs that messages are counted over. */
export const RUN_LENGTH = 24;

function costs(): string {
  const models: readonly (readonly [string, Given])[] = [
    ["the paper's 4.7", { stage: "4.7", ...all }],
    ...repairs.map(([name, , of47]) => [name, of47] as const),
  ];
  const rows = models.map(([name, given]) => {
    const { perReadMiss, perWrite } = messageCosts(given, RUN_LENGTH);
    return [name, perReadMiss.toFixed(2), perWrite.toFixed(2)];
  });
  const heads = ["protocol", `messages per read miss, runs of ${RUN_LENGTH} steps`, "messages per write"];
  return table(heads, rows);
}
