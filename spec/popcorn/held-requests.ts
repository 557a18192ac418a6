/**
 * Requests that are held back (sections 4.6 and 4.7): rules hold them, and a copy answers them when it has come to a
 * page state in which it can. The action that does so once a Modified copy need not wait any more is here too.
 */
import { disabled } from "popcheck/model";
import { type Copy, type Kernel, kernels, nobody } from "./copy.js";
import { CopyLater, CopyOf, CopyVoid } from "./messages.js";
import type { Reception } from "./reception.js";
import { allHaveAsked, noteFetchWrite } from "./rounds.js";
import { sendAll } from "./sending.js";
import { action, type PopcornState, rule } from "./state.js";

/** A rule that holds a Fetch, with the sentence that says so. */
export const holdFetch = (says: string) =>
  rule<Reception>(says, ({ copy, from, next }) => next(copy.set("heldFetch", copy.heldFetch.add(from))));

/** A rule that holds a Fetch_Write, with the sentence that says so. */
export const holdFetchWrite = (says: string) =>
  rule<Reception>(says, ({ copy, from, state, next }) =>
    next(noteFetchWrite(copy, from, state.parameters).set("heldFetchWrite", copy.heldFetchWrite.add(from))),
  );

/** Kernel `at`, whose copy is `copy` now, answers the requests it holds as its page state demands, and forgets them. */
export function answerHeld(state: PopcornState, at: Kernel, copy: Copy): PopcornState {
  const { held, owes, data } = copy;
  const freed = copy.merge({ heldFetch: nobody, heldFetchWrite: nobody, owes: nobody });
  if (!copy.hasToAnswer) return state.withCopy(at, copy);
  if (copy.page === "Invalid" || data === null) return sendAll(state.withCopy(at, freed), at, held, CopyVoid());
  const answered = sendAll(state.withCopy(at, freed.becomes("Shared")), at, held, CopyOf(data));
  return sendAll(answered, at, owes, CopyLater());
}

/** Whether a Modified copy has requests to answer, and need not wait for others any more. */
export function mayAnswerHeld(copy: Copy): boolean {
  return copy.page === "Modified" && copy.hasToAnswer && allHaveAsked(copy);
}

/** 4.6, 4.7: a Modified copy answers the requests it holds once every flagged kernel has asked. */
export const answerHeldRequests = action(
  "Answer_Held",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    return mayAnswerHeld(copy) ? answerHeld(state, at, copy) : disabled;
  },
  { says: "4.6: the elected copy answers with a Copy when it arrives in Modified", fair: "weak" },
);
