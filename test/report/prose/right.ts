import type { Prose } from "../document.js";
import type { Right } from "../finding.js";

const claims: readonly Right[] = [
  {
    title: "With two kernels the protocol does what the paper says",
    paper: [
      { section: "6", quote: "our tests show that the outputs always matched" },
      { section: "7", quote: "We demonstrate that the invariants hold." },
    ],
    property: "SWMR",
    holds: [
      "4.7, two",
      ["4.7, two", "coherent data"],
      ["4.7, two", "no lost update"],
      ["4.7, two", "data survives"],
      ["4.7, two", "eventual Modified"],
      "4.8, two",
      ["4.8, two", "coherent data"],
      ["4.8, two", "no lost update"],
      ["4.8, two", "data survives"],
      ["4.8, two", "replicated xor not"],
      ["4.8, two", "eventual Modified"],
    ],
    why: (f) => {
      f.allHoldBut("4.7, two", ["eventual read"]);
      f.allHoldBut("4.8, two", ["eventual read", "eventual access"]);
      return `The evaluation runs two kernels (section 6), and with two kernels every invariant holds in every reachable state, in 4.7 and in
        4.8, whatever the messages' order and the clocks' skew. All writers become Modified. The only thing that fails is a
        reader's patience: it can be invalidated again and again, which section 4.5 tells, and in 4.8 a first access can be dropped (both
        below). Between two kernels there is no third party to have an old Copy, and that is what all other failures need.`;
    },
  },
  {
    title: "With three kernels there is a single writer, or there are many readers",
    paper: [
      {
        section: "4.3",
        quote:
          "at most one page copy in the Modified state can exist, at any time, in the system. If it exists it cannot coexist with Shared copies.",
      },
    ],
    property: "SWMR",
    holds: ["4.7, three", "4.7 in order", "4.8, three", "4.8 in order"],
    why: () => `A writer is Modified only when all others have Acked, and whoever Acks has no Shared copy any more. A reader that has Acked while
      it waits goes through Invalid Read 2 and asks again, and a loser goes through Writing Read. SWMR is about page states; that
      the data of a Shared copy is the latest is another claim, and fails (below).`,
  },
  {
    title: "With three kernels at most one writer of an election is elected",
    paper: [
      { section: "4.3", quote: "only one kernel in the group of the concurrent writers will receive all Ack messages" },
    ],
    property: "unique election",
    holds: ["4.7, three", "4.7 in order", "4.8, three", "4.8 in order"],
    why: (
      f,
    ) => `From 4.7 on this is true, and three things together make it so: the votes, the Nack of a Modified copy, and the winner's wait
      for all who lost. Without the Nack it fails after ${f.steps("no Nack", "unique election")}, even with two kernels, and without the wait after
      ${f.steps("no winner's wait", "unique election")}.`,
  },
  {
    title: "With three kernels no loser waits for ever",
    paper: [
      {
        section: "4.4",
        quote: "the loser page copies will try to write again … and after a finite number of retries they will succeed",
      },
    ],
    property: "eventual Modified",
    holds: [
      "4.7, three",
      ["4.7, three", "no deadlock"],
      ["4.7, three", "a loser finds a Copy"],
      ["4.8, three", "a loser finds a Copy"],
    ],
    questions: [6, 7],
    why: (
      f,
    ) => `The most charitable answers are taken; others are [pitfalls](#pitfalls-for-who-implements-it). The rounds of section 4.7 are exactly what this takes. Without step 1 there is a deadlock after
      ${f.steps("no step 1", "no deadlock")}, without step 2 after ${f.steps("no step 2", "no deadlock")}, without the winner's wait after
      ${f.steps("no winner's wait", "no deadlock")}; with all of them there is none, every loser finds a Copy, and every writer becomes
      Modified, if clocks advance. In 4.8 one gap is left, which has nothing to do with rounds: an Invalid that reaches a Not Replicated copy
      (below).`,
  },
  {
    title: "At every moment there is a copy that will answer, and a reader without a Copy is not lost",
    paper: [
      {
        section: "4.2",
        quote:
          "at each time there either exists at least one page copy that will answer to the Fetch message, from a Shared state, or there exists a single page copy that will answer from a Modified state.",
      },
    ],
    property: "at-least-one-Copy",
    holds: ["4.7, three", "4.8, three", ["4.7, three", "a reader is rescued"], ["4.8, three", "a reader is rescued"]],
    questions: [21],
    why: () => `The charitable reading is taken: a writer counts as a copy that will answer, since a Fetch waits for it until it is Modified
      (section 4.6). What section 4.2 concludes for one fetch does not follow, since a fetch does not ask at one moment (below). But then
      an Invalid is on its way to the reader, who asks again after it: with three kernels that is so in every state.`,
  },
  {
    title: "From 4.7 on, Shared is never asked with Fetch_Write",
    paper: [
      {
        section: "4.7",
        quote: "After the first Fetch, the page copy in Modified becomes Shared and starts to answer from that state.",
      },
    ],
    property: "no unspecified reception",
    holds: ["4.7, three", "repaired, three", "repaired-4.8, three"],
    why: (f) => {
      const { goals } = f.outcome("4.7, three", "every cell is used");
      return `The table of what each page state does with each message has no gap that 4.7 reaches, and all of it is used but one cell:
        ${goals!.unmet.join(", ")}. The paper motivates the winner's wait with just this case, and the wait removes it: the winner
        answers at once all who asked, and whoever gets Shared in another way has Acked the losers' Invalids before.`;
    },
  },
];

export const right: Prose["right"] = {
  opening:
    () => `Each claim with where it holds, over how many states. All of this is exhaustive: every order of messages, every interleaving,
    clocks of any skew.`,
  claims,
};
