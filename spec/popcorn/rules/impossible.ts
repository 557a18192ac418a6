/**
 * The cells that the protocol excludes. A message that comes to one all the same is an unspecified reception, and is
 * reported.
 */
import { impossible } from "popcheck/model";

/** An answer comes to a page state in which its kernel has not asked for it. */
export const notDue = impossible(
  "4.1: an answer comes only to a copy that has asked, and it waits in its wait state for all of them",
);

/** A writer's message comes to the only user of the page. */
export const onlyUser = impossible("4.8: Not Replicated means that all others are Unmapped, and none of them writes");

/** A stage has no Nack. */
export const noNackYet = impossible("before 4.3 nobody answers with a Nack");

/** A stage has no Fetch_Write. */
export const noFetchWriteYet = impossible("before 4.6 there is no Fetch_Write");
