/** The properties of the Popcorn model that a stage is checked against. */
import type { Property } from "../../checker/model/index.js";
import type { Options } from "../../spec/popcorn/options.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { noUnspecifiedReception } from "../no-unspecified-reception.js";
import { atLeastOneCopy } from "./at-least-one-copy.js";
import { coherentData } from "./coherent-data.js";
import { dataSurvives } from "./data-survives.js";
import { eventualModified } from "./eventual-modified.js";
import { eventualRead } from "./eventual-read.js";
import { noDeadlockWhileWaiting } from "./no-deadlock.js";
import { noLostUpdate } from "./no-lost-update.js";
import { everyMessage, everyPageState, everyPossibleCell } from "./reached.js";
import { replicatedXorNot } from "./replicated-xor-not.js";
import { swmr } from "./swmr.js";
import { uniqueElection } from "./unique-election.js";

export function popcornProperties(options: Options): readonly Property<PopcornState>[] {
  return [
    swmr,
    atLeastOneCopy,
    coherentData,
    noLostUpdate,
    dataSurvives,
    ...(options.votes ? [uniqueElection] : []),
    ...(options.unmapped ? [replicatedXorNot] : []),
    noUnspecifiedReception,
    noDeadlockWhileWaiting,
    ...(options.votes ? [eventualModified, eventualRead] : []),
    everyPageState(options),
    // Between two kernels there is no third party, whom most cells are about.
    ...(options.kernels > 2 ? [everyMessage(options), everyPossibleCell(options)] : []),
  ];
}
