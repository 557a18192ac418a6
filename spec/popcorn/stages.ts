/**
 * The stages of the paper's section 4, and the repaired ones: which refinements each stage has. A stage only presets
 * them; every refinement is an option of its own (options.ts), so that any one can be left out or added.
 */

/** The paper's stages in order. Each repairs the one before it. */
const paperStages = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8"] as const;
type PaperStage = (typeof paperStages)[number];

/** The stage that brings each refinement of the paper. The stages after it keep the refinement. */
const broughtBy = {
  votes: "4.3",
  retryWithData: "4.4",
  askAgain: "4.5",
  hold: "4.6",
  fetchWrite: "4.6",
  nackInModified: "4.7a",
  winnersWait: "4.7",
  step1: "4.7",
  step2: "4.7",
  unmapped: "4.8",
} as const satisfies Record<string, PaperStage>;

/** The repairs of docs/repaired-protocol.md. No stage of the paper has any of them. */
const repairs = ["confirmFetch", "refuseStale", "losersRefuse", "ackAsks", "aloneTwice", "fetchingReads"] as const;

/** What makes each optimization of section 5.2 safe. The repaired stages have it, once they have the optimization. */
const repairsOf = {
  owner: { askAllToWrite: true },
  multicast: { invalidateLate: true, bitmapOn: "all" },
  readOnly: { unmapFirst: true },
} as const;
export type Optimization = keyof typeof repairsOf;

/** The repaired stages: the stage of the paper that each starts from, and the repairs that it adds. */
const repairedStages = {
  repaired: { from: "4.7", adds: ["refuseStale", "ackAsks"] },
  "repaired-4.8": { from: "4.8", adds: ["refuseStale", "ackAsks", "aloneTwice", "fetchingReads"] },
} as const satisfies Record<string, { from: PaperStage; adds: readonly Repair[] }>;

export const stages = [...paperStages, "repaired", "repaired-4.8"] as const;
export type Stage = (typeof stages)[number];
export type PaperRefinement = keyof typeof broughtBy;
export type Repair = (typeof repairs)[number];
export type Refinement = PaperRefinement | Repair;

function isRepaired(stage: Stage): stage is keyof typeof repairedStages {
  return stage in repairedStages;
}

/** The refinements of a stage: its own, and those of the stages that it builds on. */
export function refinementsOf(stage: Stage): Record<Refinement, boolean> {
  const { from, adds }: { from: PaperStage; adds: readonly string[] } = isRepaired(stage)
    ? repairedStages[stage]
    : { from: stage, adds: [] };
  const has = (by: PaperStage) => paperStages.indexOf(by) <= paperStages.indexOf(from);
  return Object.fromEntries([
    ...Object.entries(broughtBy).map(([name, by]) => [name, has(by)]),
    ...repairs.map((name) => [name, adds.includes(name)]),
  ]) as Record<Refinement, boolean>;
}

type Given = { readonly [O in Optimization]?: boolean } & { readonly becomesWritable?: string };

/** What a stage presets of the optimizations that are given. */
export function optimizationsOf(stage: Stage, given: Given) {
  const repaired = isRepaired(stage);
  return {
    ...(repaired && given.owner && repairsOf.owner),
    ...(repaired && given.multicast && repairsOf.multicast),
    ...(repaired && given.readOnly && given.becomesWritable === "together" && repairsOf.readOnly),
  };
}
