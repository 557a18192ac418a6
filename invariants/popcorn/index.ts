/** The properties of the Popcorn model that a stage is checked against. */
import { noUnspecifiedReception, type Property } from "popcheck/model";
import { alwaysReadOnly, type Options } from "../../spec/popcorn/options.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import {
  atLeastOneCopy,
  firstAccessFindsCopy,
  loserFindsCopy,
  readerIsRescued,
  readFindsCopy,
} from "./at-least-one-copy.js";
import { coherentData } from "./coherent-data.js";
import { dataSurvives } from "./data-survives.js";
import { eventualAccess, eventualWrite } from "./eventual-access.js";
import { eventualModified } from "./eventual-modified.js";
import { eventualRead } from "./eventual-read.js";
import { noDeadlockWhileWaiting } from "./no-deadlock.js";
import { noLostUpdate } from "./no-lost-update.js";
import { noMessageWhileOff } from "./protocol-off.js";
import { everyMessage, everyPageState, everyPossibleCell } from "./reached.js";
import { replicatedXorNot } from "./replicated-xor-not.js";
import { swmr } from "./swmr.js";
import { uniqueElection } from "./unique-election.js";

/** Returns the properties of a model with these options. */
export function popcornProperties(options: Options): readonly Property<PopcornState>[] {
  // The repaired protocol does not rest on what the paper concludes of one fetch: it asks twice, refuses a Copy, or
  // asks with an Ack.
  const repaired = options.confirmFetch || options.refuseStale;
  return [
    swmr,
    atLeastOneCopy,
    ...(repaired ? [] : [readFindsCopy]),
    readerIsRescued,
    // With repair R3 a loser may refuse all Copies, and ask again.
    ...(options.retryWithData && !options.losersRefuse ? [loserFindsCopy] : []),
    ...(options.unmapped && !options.aloneTwice ? [firstAccessFindsCopy] : []),
    coherentData,
    noLostUpdate,
    dataSurvives,
    ...(options.votes ? [uniqueElection] : []),
    ...(options.unmapped ? [replicatedXorNot] : []),
    ...(options.readOnly || options.oneKernel ? [noMessageWhileOff] : []),
    noUnspecifiedReception,
    noDeadlockWhileWaiting,
    ...(options.votes ? [eventualModified, eventualRead] : []),
    ...(options.votes && options.unmapped ? [eventualAccess] : []),
    ...(options.votes && options.forcedRead === "at-once" ? [eventualWrite] : []),
    everyPageState(options),
    // Between two kernels there is no third, whom most cells are about.
    ...(options.kernels > 2 && !alwaysReadOnly(options) ? [everyMessage(options), everyPossibleCell(options)] : []),
  ];
}
