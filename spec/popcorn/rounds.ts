/**
 * Rounds (section 4.7): what a copy knows of the other writers of its round. It learns this from their answers and
 * their requests, and remembers who they are, or (question 7) only how many. A round begins in `startRound` of
 * writes.ts; steps 1 and 2 end in wait-states.ts.
 */
import { type Copy, type Kernel, nobody } from "./copy.js";
import type { Kind } from "./messages.js";
import type { Options } from "./options.js";

/** What a copy notes of the other writers; the fields of `Copy`, and those of `Counts`, have these names. */
type Noted = "flagged" | "seen" | "asked";

function noted(copy: Copy, from: Kernel, what: Noted, { rounds }: Options): Copy {
  if (rounds === "identities") return copy.set(what, copy[what].add(from));
  return copy.set("counts", copy.counts.set(what, copy.counts[what] + 1));
}

/** Notes that the answer of `from` has the flag: it is writing too. */
export function noteWriter(copy: Copy, from: Kernel, options: Options): Copy {
  return noted(copy, from, "flagged", options);
}

/** Step 1: notes that the Invalid of `from` has come. */
export function noteInvalid(copy: Copy, from: Kernel, options: Options): Copy {
  return options.step1 ? noted(copy, from, "seen", options) : copy;
}

/** Step 2: notes that the Fetch_Write of `from` has come. */
export function noteFetchWrite(copy: Copy, from: Kernel, options: Options): Copy {
  return options.step2 ? noted(copy, from, "asked", options) : copy;
}

/** Step 1: whether the Invalids of all flagged kernels have come. */
export function invalidsAreIn({ flagged, seen, counts }: Copy, { rounds }: Options): boolean {
  return rounds === "identities" ? flagged.isSubset(seen) : counts.seen >= counts.flagged;
}

/** Step 1 is over: the copy forgets those of the Invalids seen that belong to this round (question 7 says which). */
export function forgetInvalids(copy: Copy, { emptySeen }: Options): Copy {
  switch (emptySeen) {
    case "entering-writing-read":
      return copy.merge({ seen: nobody, counts: copy.counts.set("seen", 0) });
    case "flagged-entering-writing-read": {
      const { flagged, seen } = copy.counts;
      return copy.merge({
        seen: copy.seen.subtract(copy.flagged),
        counts: copy.counts.set("seen", Math.max(0, seen - flagged)),
      });
    }
    case "round-start":
      return copy;
  }
}

/**
 * A round starts: the copy forgets the last one, but not the Invalids seen since, which may belong to the new one
 * (question 7).
 */
export function startOfRound(copy: Copy, { emptySeen }: Options): Copy {
  const fresh = copy.afterRound();
  if (emptySeen === "round-start") return fresh;
  return fresh.merge({ seen: copy.seen, counts: fresh.counts.set("seen", copy.counts.seen) });
}

/**
 * Step 2: whether all flagged kernels but the winner have sent their Fetch_Write. Question 6 says how the winner is
 * told.
 */
export function losersHaveAsked(copy: Copy, { rounds, winnerInStep2 }: Options): boolean {
  if (rounds === "counts") {
    const { flagged, asked } = copy.counts;
    return asked >= (copy.clearNack ? flagged : flagged - 1);
  }
  const missing = copy.flagged.subtract(copy.asked);
  if (winnerInStep2 === "by-copy") return missing.every((kernel) => kernel === copy.copiedFrom);
  // A Nack with a clear flag is the winner's (question 6 as read by default), so that every flagged kernel is a loser.
  if (copy.clearNack) return missing.isEmpty();
  if (winnerInStep2 === "by-nack") return missing.size <= 1;
  return missing.every((kernel) => kernel === copy.least?.kernel);
}

/**
 * The copy is elected: of its round it only keeps who of the other writers has not asked yet (question 10), if it waits
 * for them.
 */
export function winnersRound(copy: Copy, { winnersWait, countEarly }: Options): Copy {
  const { flagged, counts } = copy;
  const early = countEarly ? copy.held : nobody;
  const counted = countEarly ? copy.heldFetchWrite.size : 0;
  const fresh = copy.afterRound();
  if (!winnersWait) return fresh;
  return fresh.merge({
    flagged: flagged.subtract(early),
    counts: fresh.counts.set("flagged", Math.max(0, counts.flagged - counted)),
  });
}

/** The winner is asked by `from`. If writers are only counted, Fetch_Writes are, since only a writer sends them. */
export function winnerIsAsked(copy: Copy, from: Kernel, request: Kind): Copy {
  const { flagged, counts } = copy;
  const left = request === "Fetch_Write" ? Math.max(0, counts.flagged - 1) : counts.flagged;
  return copy.merge({ flagged: flagged.remove(from), counts: counts.set("flagged", left) });
}

/** Whether all writers of the winner's round have asked, or it does not wait for them. */
export function allHaveAsked({ flagged, counts }: Copy): boolean {
  return flagged.isEmpty() && counts.flagged === 0;
}
