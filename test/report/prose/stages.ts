import type { Prose } from "../document.js";
import { type Finding, finding } from "../finding.js";

const findings: readonly Finding[] = [
  finding({
    title: "4.3, the votes: without them concurrent writes lose an update",
    paper: [
      {
        section: "4.3",
        quote:
          "When concurrent writes are triggered on more than one copy, only one of them should exit from the Writing state and reach the Modified one.",
      },
    ],
    property: "no lost update",
    violated: ["4.2, two", "4.3, two", "4.6, two"],
    holds: ["4.7a, two", "4.7, two"],
    story: {
      first: "App_Write(K1)",
      second: "App_Write(K2)",
      acks: "Invalid K2→K1 in WritingPend1",
      one: "Write_Done(K2)",
      other: "Write_Done(K1)",
    },
    why: (
      at,
    ) => `K1 Acks K2's Invalid and goes on writing (step ${at.acks}), so that both are Modified, the second on top of data that the first has
      replaced (steps ${at.one} and ${at.other}). The votes are needed, and not enough: they are complete only with the Nack of 4.7.`,
  }),
  finding({
    title: "4.5, Invalid Read 2: without it a reader installs what it knows to be invalid",
    paper: [
      {
        section: "4.5",
        quote: "The value that copies in Invalid Read states are going to replace can be potentially invalid.",
      },
    ],
    property: "SWMR",
    violated: ["4.4, two"],
    holds: ["4.5, two"],
    story: {
      copy: "Fetch K2→K1 in Modified",
      acks: "Invalid K1→K2 in InvalidRead1",
      elected: "Write_Done(K1)",
      arrives: "Copy K1→K2 in InvalidRead1",
      shared: "Read_Done(K2)",
    },
    why: (
      at,
    ) => `The Copy that answers K2 (step ${at.copy}) is overtaken by the Invalid of the next write, which K2 Acks and forgets (step ${at.acks}).
      So K1 is Modified (step ${at.elected}) when K2 installs the Copy and is Shared (step ${at.shared}).`,
  }),
  finding({
    title: "4.6, the hold: without it a Fetch that meets a writer finds nobody",
    paper: [{ section: "4.6", quote: "these copies may answer with a Copy_Void, violating the invariant" }],
    property: "a read finds a Copy",
    violated: ["4.5, two", ["4.5, two", "no deadlock"]],
    holds: ["4.6, two"],
    story: {
      again: "Read_Again(K2)",
      meets: "Fetch K2→K1 in WritingPend1",
      nothing: "Copy_Void K1→K2 in InvalidRead1",
    },
    why: (
      at,
    ) => `K2's Fetch reaches the only copy while it is being written (step ${at.meets}); the answer is Copy_Void, and no Invalid will come
      that makes K2 ask again.`,
  }),
  finding({
    title: "4.6, Fetch_Write: without it losers wait for each other",
    paper: [{ section: "4.6", quote: "they will not be able to answer each other's respective fetches" }],
    property: "no deadlock",
    violated: ["no Fetch_Write"],
    holds: ["4.7, three"],
    story: {
      one: "Write_Lost(K3)",
      held: "Fetch K3→K1 in WritingPend1",
      other: "Write_Lost(K1)",
      too: "Fetch K1→K3 in WritingRead",
    },
    why: (
      at,
    ) => `Two losers fetch. K1 holds K3's Fetch until it is Modified (step ${at.held}), K3 holds K1's (step ${at.too}); both have the
      winner's data, and each waits for the other's answer.`,
  }),
  finding({
    title: "4.7, the Nack in Modified: without it a late Invalid destroys the winner's data",
    paper: [
      {
        section: "4.7",
        quote: "it does not mean that it has also received all the Invalid messages from the concurrent writers",
      },
    ],
    property: "data survives",
    violated: ["4.6, two"],
    holds: ["4.7a, two"],
    story: { elected: "Write_Done(K2)", late: "Invalid K1→K2 in Modified" },
    why: (
      at,
    ) => `K2 wins (step ${at.elected}) while K1's Invalid is still on its way. It reaches K2 in Modified (step ${at.late}), which Acks it and
      drops the only copy of what was just written.`,
  }),
  finding({
    title: "4.7, rounds: without them a loser is left without a Copy",
    paper: [{ section: "4.7", quote: "can change status to Writing Pend 1, and consequently send an Invalid message" }],
    property: "a loser finds a Copy",
    violated: ["4.7a, two", ["4.7a, two", "no deadlock"]],
    holds: ["4.7, two", "4.7, three"],
    story: {
      gives: "Fetch_Write K1→K2 in Modified",
      again: "App_Write(K2, K1)",
      outvoted: "Invalid K2→K1 in WritingRead",
      lost: "Write_Lost(K2)",
      asks: "Fetch_Write K2→K1 in WritingRead",
    },
    why: (
      at,
    ) => `K2 hands its data to the loser K1 (step ${at.gives}), writes again (step ${at.again}), and is outvoted by K1, which is in Writing Read and
      still has the older stamp (step ${at.outvoted}). Now both are in Writing Read, and K2 asks K1 for what K1 has not got yet (step
      ${at.asks}).`,
  }),
  finding({
    title: "4.7, the winner's wait: without it the data is gone before all losers have asked",
    paper: [
      {
        section: "4.7",
        quote:
          "The page copy in Modified state is obligated to change its state to Invalid before being able to diffuse the valid data content to all the concurrent page copies.",
      },
    ],
    property: "a loser finds a Copy",
    violated: ["no winner's wait", ["no winner's wait", "no deadlock"], ["no winner's wait", "unique election"]],
    holds: ["4.7, three"],
    story: {
      won: "Write_Done(K1)",
      answers: "Fetch K3→K1 in Modified",
      writes: "App_Write(K3, K2)",
      invalid: "Invalid K3→K1 in Shared",
      lost: "Write_Lost(K3)",
      nothing: "Fetch_Write K3→K1 in Invalid",
    },
    why: (
      at,
    ) => `K1 answers a reader at once (step ${at.answers}), without waiting for the loser K2. The reader writes (step ${at.writes}), its Invalid takes
      K1's data away (step ${at.invalid}), and when it loses to K2 there is nobody to ask (step ${at.nothing}).`,
  }),
  finding({
    title: "4.7, step 1: without it a loser is asked before it has anything",
    paper: [
      {
        section: "4.7",
        quote:
          "This step avoids the possibility of starting another retry round before the other copies will exit from the Writing Read state",
      },
    ],
    property: "no deadlock",
    violated: ["no step 1"],
    holds: ["4.7, three", "repaired-4.8, three"],
    questions: [7],
    story: {
      answers: "Fetch_Write K1→K2 in Modified",
      again: "App_Write(K2, K1)",
      loses: "Nack K1→K2 in WritingPend1",
      leaves: "Write_Lost(K2)",
      asks: "Fetch_Write K2→K1 in WritingRead",
      tries: "Write_Again(K1)",
      wins: "Write_Done(K1)",
      stuck: "Copy_Void K3→K2 in WritingRead",
    },
    why: (
      at,
    ) => `K2 loses to K1, which is still in Writing Read and sends no Invalid in this round (step ${at.loses}). Without step 1, K2 asks at once (step
      ${at.leaves}), and K1 has nothing yet (step ${at.asks}). K1 then wins (step ${at.wins}) and waits for a Fetch_Write that K2 has already sent, while
      K2 has Copy_Voids only (step ${at.stuck}).`,
  }),
  finding({
    title: "4.7, step 2: without it a loser begins again before it has been asked",
    paper: [
      {
        section: "4.7",
        quote:
          "Without this synchronization step a copy could start another round before having the chance to answer to the requests from concurrent page copies.",
      },
    ],
    property: "no deadlock",
    violated: ["no step 2"],
    holds: ["4.7, three", "repaired-4.8, three"],
    questions: [6],
    story: {
      asks: "Write_Lost(K1)",
      again: "Write_Again(K3)",
      invalid: "Invalid K3→K2 in Shared",
      loses: "Nack K1→K3 in WritingPend1",
      held: "Fetch_Write K1→K3 in WritingPend2",
    },
    why: (
      at,
    ) => `K3 tries again (step ${at.again}) before K1's Fetch_Write has reached it, and loses to K1 (step ${at.loses}). K1's Fetch_Write comes now and is
      held (step ${at.held}): K1 waits for K3's answer, and K3 for K1's Invalid.`,
  }),
];

export const stages: Prose["stages"] = {
  opening:
    () => `The paper builds the protocol up by showing what goes wrong and repairing it. popcheck confirms each of its reasons: an early stage
    fails as the paper says, and the piece that repairs it cannot be spared. That an early stage fails is no finding about the protocol.`,
  findings,
};
