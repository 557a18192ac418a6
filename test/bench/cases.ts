// What is measured: models in two sizes, and what is promised of each.
import { join } from "node:path";
import { packageRoot } from "../../checker/package.js";
import type { RumurOptions, SpinOptions } from "../twins/peers.js";

/**
 * rumur's heuristic symmetry is shown beside the exhaustive one: it keeps a few states too many, and is much faster.
 */
export type Peer = "rumur" | "rumur, heuristic" | "spin";
/** popcheck with an option that is not the default, compared with itself. */
export type Variant = "2 threads" | "fingerprint" | "compressed" | "on disk" | "liveness";
export type Tool = "popcheck" | `popcheck, ${Variant}` | Peer;

/** A model in one size, and what each tool is given to check it. */
export interface Size {
  readonly size: string;
  readonly popcheck: {
    readonly model: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly symmetry: boolean;
  };
  readonly rumur: RumurOptions;
  readonly spin?: SpinOptions;
  /** Why spin's counts differ from the others', which must agree with each other. */
  readonly spinDiffers?: string;
}

export interface Case {
  readonly name: string;
  readonly full: Size;
  readonly smoke: Size;
  /** The factor by which popcheck must explore more distinct states per second than the peer. */
  readonly required: Partial<Record<Peer, number>>;
  /** The share of popcheck's own speed that a variant must reach. */
  readonly variants: Partial<Record<Variant, number>>;
  /** The greatest number of bytes that a state may take: rows, tables and parents. */
  readonly bytes: Partial<Record<"popcheck" | Variant, number>>;
  /** How often popcheck may run the protocol's functions at full size. */
  readonly functionRuns: number;
}

const twin = (file: string): string => join(packageRoot, "test", "twins", file);

const germanSpin: SpinOptions = {
  model: twin("german-3.pml"),
  gccFlags: ["-O2", "-DSAFETY", "-DNOREDUCE"],
  panFlags: ["-m200000", "-w24"],
};

/**
 * Popcorn with the reading of question 7 for which all earlier figures were measured: it has seven times as many states
 * as the default.
 */
const forgetsFew = {
  popcheck: { emptySeen: "flagged-entering-writing-read" },
  murphi: { EMPTY_SEEN_FLAGGED_ENTERING_WRITING_READ: true },
} as const;

export const cases: readonly Case[] = [
  {
    name: "german",
    full: {
      size: "3 nodes, 2 data",
      popcheck: { model: "german", parameters: { nodes: 3, data: 2 }, symmetry: false },
      rumur: { model: twin("german.m"), constants: { NODE_NUM: 3, DATA_NUM: 2 }, symmetry: "off" },
      spin: germanSpin,
      spinDiffers: "it counts the state before its init process has chosen the first data, and the steps from it",
    },
    smoke: {
      size: "2 nodes, 2 data",
      popcheck: { model: "german", parameters: { nodes: 2, data: 2 }, symmetry: false },
      rumur: { model: twin("german.m"), constants: { NODE_NUM: 2, DATA_NUM: 2 }, symmetry: "off" },
      spin: germanSpin,
      spinDiffers: "german-3.pml has 3 nodes in this size, too",
    },
    required: { spin: 2.5, rumur: 15 },
    variants: { "2 threads": 1.6, fingerprint: 0, "on disk": 0.2 },
    bytes: { popcheck: 24, fingerprint: 12 },
    functionRuns: 50_000,
  },
  {
    name: "popcorn",
    full: {
      size: "stage 4.7, flagged forgotten, 3 kernels",
      popcheck: { model: "popcorn", parameters: { stage: "4.7", kernels: 3, ...forgetsFew.popcheck }, symmetry: true },
      rumur: {
        model: twin("popcorn.m"),
        constants: { KERNELS: 3, UNMAPPED: false, ...forgetsFew.murphi },
        symmetry: "exhaustive",
      },
    },
    smoke: {
      size: "stage 4.7, flagged forgotten, 2 kernels",
      popcheck: { model: "popcorn", parameters: { stage: "4.7", kernels: 2, ...forgetsFew.popcheck }, symmetry: true },
      rumur: {
        model: twin("popcorn.m"),
        constants: { KERNELS: 2, UNMAPPED: false, ...forgetsFew.murphi },
        symmetry: "exhaustive",
      },
    },
    required: { rumur: 60, "rumur, heuristic": 20 },
    variants: { "2 threads": 0, compressed: 0, liveness: 1 / 3 },
    bytes: { popcheck: 40 },
    functionRuns: 50_000,
  },
];
