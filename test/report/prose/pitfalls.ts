import type { Prose } from "../document.js";
import { type Finding, finding } from "../finding.js";

const findings: readonly Finding[] = [
  finding({
    title: "Forgetting only the Invalids of those who said that they write",
    paper: [
      {
        section: "4.7",
        quote:
          "When messages that are part of a previous election phase, reach a page copy after it has ended that phase, erroneous behaviors can manifest",
      },
    ],
    property: "no deadlock",
    violated: ["flagged forgotten"],
    holds: ["4.7, three", "repaired-4.8, three", "flagged forgotten, flag set", "flagged forgotten, in order"],
    questions: [5, 7],
    story: {
      won: "Write_Done(K2)",
      kept: "Write_Lost(K1)",
      again: "App_Write(K2, K3)",
      early: "Write_Lost(K1)",
      late: "Invalid K2→K1 in WritingRead",
      earlier: "Write_Lost(K1)",
      asks: "Fetch_Write K1→K2 in WritingRead",
      wins: "Write_Done(K2)",
    },
    why: (
      at,
    ) => `A winner that Nacks from Modified has a clear flag, so whoever forgets the flagged kernels' Invalids remembers the winner's into the next
      round. K1 has K2's (step ${at.kept}), and in the round in which K2 writes again it satisfies step 1: K1 leaves Writing Pend 2 too early (step
      ${at.early}), K2's real Invalid counts for the round after that (step ${at.late}), and so K1 asks K2 before K2 has anything
      (steps ${at.earlier} and ${at.asks}). K2 wins later (step ${at.wins}) and waits for a Fetch_Write that it has answered already. Nothing
      came late that rounds do not allow for: the kernel failed to forget.`,
    repair:
      () => `To forget all Invalids on entering Writing Read; what arrives afterwards belongs to the next round. Or the flag of Modified's Nack is
      set. With messages in order the mistake does no harm.`,
  }),
  finding({
    title: "Counting a round's writers instead of remembering them",
    paper: [{ section: "4.7", quote: "the copy knows how many concurrent writers were in that round" }],
    property: "no deadlock",
    violated: ["counted"],
    holds: ["4.7, three"],
    questions: [7],
    story: {
      winners: "Invalid K1→K2 in WritingPend1",
      early: "Write_Lost(K2)",
      late: "Invalid K3→K2 in WritingRead",
      earlier: "Write_Lost(K2)",
      asks: "Fetch_Write K2→K3 in WritingRead",
      wins: "Write_Done(K3)",
    },
    why: (
      at,
    ) => `K2 counts the winner's Invalid (step ${at.winners}), but not the winner among the flagged, as its Nack has a clear flag: so it leaves
      Writing Pend 2 without the Invalid of the other loser (step ${at.early}), which then counts for the next round (step ${at.late}). There K2 is
      too early again (step ${at.earlier}), asks K3 before K3 has anything (step ${at.asks}), and K3, once elected (step ${at.wins}), waits for the
      request that it has answered.`,
    repair: () =>
      `A set of kernels, such as a bitmap, in place of the number; the paper's words are read so everywhere else on this page.`,
  }),
  finding({
    title: "Forgetting the Invalids seen when a round starts",
    paper: [{ section: "4.7", quote: "Locally, rounds start when an Invalid message is sent." }],
    property: "no deadlock",
    violated: ["forgotten at the start, two"],
    holds: ["4.7, two", "4.7, three"],
    questions: [7],
    story: {
      early: "Invalid K2→K1 in WritingRead",
      forgets: "Write_Again(K1)",
      loses: "Nack K2→K1 in WritingPend1",
      wins: "Write_Done(K2)",
    },
    why: (
      at,
    ) => `Another kernel's round may have started already. K2's Invalid reaches K1 in Writing Read (step ${at.early}); K1 forgets it when its own
      next Invalid is sent (step ${at.forgets}), loses (step ${at.loses}), and waits in Writing Pend 2 for an Invalid that has come. K2, elected
      (step ${at.wins}), waits for K1's request.`,
    repair: () =>
      `To forget them on entering Writing Read: what comes there belongs to the next round, whose first Invalid it may be.`,
  }),
  finding({
    title: "Not counting a request that came before the election",
    paper: [],
    property: "no deadlock",
    violated: ["early requests do not count, two"],
    holds: ["4.7, two", "4.7, three"],
    questions: [10],
    story: { early: "Fetch_Write K1→K2 in WritingPend1", wins: "Write_Done(K2)" },
    why: (
      at,
    ) => `K1 has lost, and its Fetch_Write reaches the winner before the winner has all Acks (step ${at.early}). If K2, once elected (step
      ${at.wins}), waits for K1's request from then on, it waits for ever, and K1 for the answer.`,
    repair: () => `The requests that are held when a writer is elected count for its wait.`,
  }),
  finding({
    title: "Clearing the flag in Writing Read",
    paper: [],
    property: "no deadlock",
    violated: ["losers have no flag, two", ["losers have no flag, two", "a loser finds a Copy"]],
    holds: ["4.7, two", "4.7, three"],
    questions: [4],
    story: {
      outvoted: "Invalid K2→K1 in WritingRead",
      leaves: "Write_Lost(K2)",
      asks: "Fetch_Write K2→K1 in WritingRead",
      wins: "Write_Done(K1)",
    },
    why: (
      at,
    ) => `A loser in Writing Read is going to write again. If its answers do not say so (step ${at.outvoted}), whoever loses to it does not wait for it in
      step 1 (step ${at.leaves}), and asks it before it has anything (step ${at.asks}): rounds are as if they were not there.`,
    repair: () => `Writing Read is one of the Writing states: the flag is set.`,
  }),
  finding({
    title: "Holding a Fetch_Write until Modified",
    paper: [{ section: "4.6", quote: "in the state Writing Read the answer is not delayed" }],
    property: "no deadlock",
    violated: ["Fetch_Write held until Modified"],
    holds: ["4.7, three"],
    questions: [8],
    story: {
      held: "Fetch_Write K1→K3 in WritingPend1",
      enters: "Write_Lost(K3)",
      again: "Write_Again(K3)",
      loses: "Nack K1→K3 in WritingPend1",
    },
    why: (
      at,
    ) => `K1's Fetch_Write reaches K3 in Writing Pend 1 and is held, as a Fetch is (step ${at.held}). K3 loses and comes through Writing Read (steps
      ${at.enters} and ${at.again}) without answering it, loses again, to K1 (step ${at.loses}), and waits for K1's Invalid, while K1 waits
      for K3's answer.`,
    repair: () => `What is held of Fetch_Writes is answered on entering Writing Read.`,
  }),
  finding({
    title: "Taking whoever sends a Copy for the winner",
    paper: [
      {
        section: "4.7",
        quote: "the page copy waits to receive all the Fetch_Write messages sent by the concurrent page copies",
      },
    ],
    property: "no deadlock",
    violated: ["winner by Copy"],
    holds: ["4.7, three"],
    questions: [6],
    story: {
      winner: "Copy K2→K1 in WritingRead",
      one: "Copy K1→K3 in WritingRead",
      other: "Copy K3→K1 in WritingRead",
    },
    why: (
      at,
    ) => `The winner sends no Fetch_Write, so a loser must know which of the flagged kernels it is. A loser that has the winner's data answers
      other losers with a Copy as well: K1 and K3 take each other for the winner (steps ${at.one} and ${at.other}), and wait for the
      Fetch_Write of the real one.`,
    repair: () =>
      `The winner is the one who Nacks with a clear flag; or, if nobody did, exactly one of the flagged kernels, whichever it is.`,
  }),
  finding({
    title: "Fetching again in Writing Read",
    paper: [],
    property: "no deadlock",
    violated: ["vote and fetch"],
    holds: ["4.7, three"],
    questions: [3],
    story: {
      again: "Write_Again(K3)",
      acks: "Invalid K2→K1 in WritingRead",
      fetches: "Write_Again(K1)",
      held: "Fetch_Write K1→K3 in WritingPend2",
    },
    why: (
      at,
    ) => `It seems safe that a loser that Acks an Invalid in Writing Read fetches again, as a reader does. But K3 has counted K1's first
      Fetch_Write and gone on (step ${at.again}); K1's second one (step ${at.fetches}) meets K3 in Writing Pend 2 and is held (step ${at.held}),
      while K3 waits there for K1's Invalid.`,
    repair: () => `A loser goes on with the data that it has: if that is old, it loses again and fetches then.`,
  }),
  finding({
    title: "Always Acking in Writing Read",
    paper: [
      {
        section: "4.3",
        quote: "if the time stamp in the message is greater than the local time stamp, then a Nack is sent",
      },
    ],
    property: "SWMR",
    violated: ["losers always Ack", ["losers always Ack", "unique election"]],
    holds: ["4.7, three"],
    questions: [3],
    story: {
      writes: "App_Write(K2, K1)",
      acks: "Invalid K2→K1 in WritingRead",
      again: "Write_Again(K1)",
      gives: "Invalid K1→K2 in WritingPend1",
      one: "Write_Done(K1)",
      other: "Write_Done(K2)",
    },
    why: (
      at,
    ) => `Writing Read looks like a reading state, in which only an Ack can be sent. K1 Acks K2's Invalid there, although its own stamp is the
      older one (step ${at.acks}), and tries again (step ${at.again}); K2 gives way to it, with K1's Ack already on its way (step ${at.gives}), and
      both are Modified (steps ${at.one} and ${at.other}).`,
    repair: () => `Writing Read is one of the Writing states: it votes.`,
  }),
  finding({
    title: "Readers that hold each other's Fetches",
    paper: [],
    property: "no deadlock",
    violated: ["readers hold", "fetchers hold"],
    holds: ["4.7, three", "4.8, two"],
    questions: [2],
    story: { one: "Fetch K3→K2 in InvalidRead1", other: "Fetch K2→K3 in InvalidRead1" },
    why: (
      at,
    ) => `What section 4.6 does for writers, to hold a Fetch until there is data, must not be done for readers: K2 and K3 each hold the other's
      Fetch (steps ${at.one} and ${at.other}), and wait for its answer. Two first accesses do the same in 4.8.`,
    repair: () => `Invalid Read and Fetching answer Copy_Void at once.`,
  }),
  finding({
    title: "A Copy_Void that does not say that its sender is fetching too",
    paper: [
      { section: "4.8", quote: "another kernel is fetching concurrently a page that was Unmapped in the system" },
    ],
    property: "SWMR",
    violated: ["fetchers say nothing"],
    holds: ["4.8, three"],
    questions: [14],
    story: {
      meets: "Fetch K2→K1 in FetchingNotReplicated",
      shared: "Fetch_Done(K1)",
      alone: "Fetch_Done(K2)",
    },
    why: (
      at,
    ) => `Fetching Valid is entered when a Fetch comes while one fetches (step ${at.meets}), and K1 is Shared afterwards (step ${at.shared}). K2, to whom nobody
      sent a Fetch meanwhile, has only Copy_Voids, takes itself to be alone, and is Not Replicated (step ${at.alone}): next to a Shared copy.`,
    repair: () => `A mark on the Copy_Void, so that both know that they fetch at the same time.`,
  }),
  finding({
    title: "Forgetting an Invalid because another kernel is fetching",
    paper: [],
    property: "SWMR",
    violated: ["fetching is told last"],
    holds: ["4.8, three"],
    questions: [17],
    story: {
      invalid: "Invalid K1→K2 in FetchingValid",
      forgets: "Copy_Void K1→K2 in FetchingInvalid",
      shared: "Fetch_Done(K2)",
      elected: "Write_Done(K1)",
    },
    why: (
      at,
    ) => `K2 is invalidated while it fetches (step ${at.invalid}), and then hears that K1 was fetching too (step ${at.forgets}). If the last of the two
      decides, K2 is Shared with the initial content (step ${at.shared}), while K1 has K2's Ack and is Modified (step ${at.elected}).`,
    repair: () => `Fetching Invalid is left only when all answers are in.`,
  }),
  finding({
    title: "Taking a page for unused after an Invalid",
    paper: [],
    property: "SWMR",
    violated: ["invalidated and alone"],
    holds: ["4.8, two", "4.8, three"],
    questions: [15],
    story: {
      invalid: "Invalid K1→K2 in FetchingNotReplicated",
      alone: "Fetch_Done(K2)",
      elected: "Write_Done(K1)",
    },
    why: (
      at,
    ) => `An Invalid in Fetching (step ${at.invalid}) proves that someone uses the page. A kernel that looks only at the Copies that came after
      it, and finds none, takes itself to be alone (step ${at.alone}), next to the writer that it has Acked (step ${at.elected}).`,
    repair: () => `Fetching Invalid never leads to Not Replicated.`,
  }),
];

export const pitfalls: Prose["pitfalls"] = {
  opening:
    () => `The paper leaves some things open, or says them in passing, that seem harmless. The answers below are not: each breaks what holds
    without it, and each is easy to write. They are for whoever implements the protocol, and no fault of it.`,
  findings,
};
