/** Protocols with a home, a station, a manager, directories and a bus; random runs of each, and what they did. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Instance } from "../../../checker/model/instance.js";
import type { AnyModel } from "../../../checker/model/model.js";
import { murphiModel } from "../../../checker/murphi/model.js";
import { german } from "../../../spec/german.js";
import type { Trace } from "../../../traces/trace.js";
import mesiWithHome from "../../search/models/mesi.js";
import { bus } from "./bus.js";
import { commitByMessages } from "./commit-by-messages.js";
import { randomRun } from "./random-run.js";
import { ringWithStation } from "./ring-with-station.js";
import { germanDid, mesiDid, type Told, toldByModel } from "./told.js";
import { twoDirectories } from "./two-directories.js";

const STEPS = 40;

const twin = join(import.meta.dirname, "..", "..", "twins", "german.m");
const germanInMurphi = murphiModel(readFileSync(twin, "utf8"), "german.m");

/** A protocol, its parameters, and who tells what happened in a run of it. */
export const protocols: readonly [name: string, AnyModel, object, (trace: Trace) => Told[]][] = [
  ["MESI with a home", mesiWithHome, { upgrade: "repaired" }, mesiDid],
  ["MESI that goes on with a lost upgrade", mesiWithHome, { upgrade: "ignored" }, mesiDid],
  ["MESI without a rule for it", mesiWithHome, { upgrade: "impossible", caches: 2 }, mesiDid],
  ["German", german, { nodes: 3 }, (trace) => germanDid(trace)],
  [
    "German in Murphi, guessed",
    germanInMurphi,
    { nodeNum: 3, deadlock: "stuck" },
    (trace) => germanDid(trace, "InvAck"),
  ],
  ["a ring with a station", ringWithStation, {}, toldByModel],
  ["two-phase commit", commitByMessages, {}, toldByModel],
  ["two directories", twoDirectories, {}, toldByModel],
  ["a bus", bus, {}, toldByModel],
];

/** Returns random runs of a protocol, always the same. */
export function runsOf(model: AnyModel, given: object, count = 12): Trace[] {
  const instance = new Instance(model, { ...given });
  return Array.from({ length: count }, (_, seed) => randomRun(instance, seed + 1, STEPS));
}

/** Returns the kind of a message, from its label. */
export const kind = (text: string) => text.replace(/ ×\d+/, "").replace(/[ (].*$/s, "");

/** Returns `count` of the same. */
export const repeated = <T>(of: T, count: number) => Array.from({ length: count }, () => of);

/**
 * Returns messages that are drawn beside those that a step was told to move, both in order. To whom one goes is left
 * out where that is not yet said when it is sent.
 */
export function besideTold(drawn: readonly string[], told: readonly string[]): [string[], string[]] {
  const isOpen = told.some((text) => text.includes("→? "));
  const mine = isOpen ? drawn.map((text) => text.replace(/→.* /, "→? ")) : drawn;
  return [[...mine].sort(), [...told].sort()];
}
