import type { Prose } from "../document.js";
import { type Finding, finding } from "../finding.js";

const findings: readonly Finding[] = [
  finding({
    title: "The votes alone do not elect at most one writer",
    paper: [
      { section: "4.3", quote: "only one kernel in the group of the concurrent writers will receive all Ack messages" },
    ],
    property: "unique election",
    violated: ["4.3, two", "4.6, two", "4.7a, three"],
    holds: ["4.7, two", "4.7, three"],
    reading: () => `It rests on no open question: section 4.3 says when an Ack is sent, and when a Nack.`,
    story: {
      first: "App_Write(K1)",
      acked: "Invalid K1→K2 in InvalidRead1",
      second: "App_Write(K2)",
      gives: "Invalid K2→K1 in WritingPend1",
      elected: "Write_Done(K2)",
      too: "Write_Done(K1)",
    },
    why: (
      at,
    ) => `The comparison of time stamps decides between two kernels that both write, but an Ack may have been given before its sender
      wrote. K2 Acks K1's Invalid while it reads (step ${at.acked}), and then begins a write of its own with a smaller stamp (step ${at.second}),
      to which K1 gives way (step ${at.gives}): each of them has all Acks (steps ${at.elected} and ${at.too}). Nor does it help to repair
      the reader: in 4.6 the winner itself, no longer in Writing, Acks the loser's late Invalid.`,
    repair: (
      f,
    ) => `Section 4.7, which is needed for this claim and not only for its oddities. The Nack of a Modified copy repairs it
      between two kernels. With three it is not enough (${f.steps("4.7a, three", "unique election")}): the winner answers a reader, is Shared, and
      Acks the late Invalid after all. With the winner's wait the claim is true.`,
  }),
  finding({
    title: "A reader can be told by everybody that they have nothing",
    paper: [
      { section: "4.2", quote: "at least one answer to the Fetch message contains an up-to-date copy of the data" },
    ],
    property: "a read finds a Copy",
    violated: ["4.7, three", "4.7 in order", "4.8, three"],
    holds: [
      "4.7, two",
      ["4.7, three", "at-least-one-Copy"],
      ["4.7, three", "a reader is rescued"],
      ["4.7, three", "a loser finds a Copy"],
    ],
    questions: [12],
    reading: (f) => `It happens whatever a reader then does; the question is only whether it waits or fetches again
      (${f.steps("void means fetch again", "a read finds a Copy")} with the other answer). Readers that hold a Fetch would prevent it, and
      deadlock (${f.steps("readers hold", "no deadlock")}).`,
    story: {
      early: "Fetch K3→K2 in InvalidRead1",
      has: "Read_Done(K2)",
      writes: "App_Write(K2)",
      taken: "Invalid K2→K1 in Shared",
      late: "Fetch K3→K1 in Invalid",
    },
    why: (
      at,
    ) => `At every moment there is a copy that will answer, but a fetch does not ask at one moment. K3's Fetch reaches K2 before K2
      has its copy (step ${at.early}), and K1 after K2's Invalid has taken K1's copy away (step ${at.late}): between the two answers the
      only copy has moved from the one to the other. It passes: an Invalid of K2's is on its way to K3, after which K3 asks again, and a loser,
      unlike a reader, does find a Copy.`,
    repair:
      () => `A sentence in the protocol's description: a reader with nothing but Copy_Voids stays in Invalid Read until the
      Invalid comes that is on its way, or asks again. Whoever takes it for an error, or for an unused page, is mistaken; 4.8 does the latter
      (below).`,
  }),
  finding({
    title: "A slow Copy overwrites a newer one",
    paper: [{ section: "4", quote: "A page in the Shared state has an up-to-date version of the data" }],
    property: "coherent data",
    violated: ["4.7, three", "4.7 in order", "first Copy", "newest Copy"],
    holds: ["4.7, two", "R1", "R2", "repaired, three"],
    questions: [1],
    reading: (
      f,
    ) => `The most charitable answer is that the newest of several Copies is installed, for which Copies need versions. It delays the
      failure (${f.steps("newest Copy", "coherent data")}), since the old Copy may come alone, and does not prevent it.`,
    story: {
      acked: "Invalid K1→K3 in Invalid",
      asks: "App_Read(K3)",
      old: "Fetch K3→K2 in Shared",
      elected: "Write_Done(K1)",
      fresh: "Fetch K3→K1 in Modified",
      installed: "Copy K1→K3 in InvalidRead1",
      overwritten: "Copy K2→K3 in InvalidRead1",
      shared: "Read_Done(K3)",
    },
    why: (
      at,
    ) => `Invalid Read 2 protects a reader from an Invalid that comes while it reads. K3 Acked K1's Invalid before it read (step ${at.acked}),
      and forgot it. Its Fetch is answered by K2, which the same Invalid has not reached yet, with the old data (step ${at.old}), and by
      K1, elected meanwhile, with the new (step ${at.fresh}); the old Copy comes last (step ${at.overwritten}), and K3 is Shared with it. Order
      between two kernels does not help, since the two Copies come from two kernels.`,
    repair:
      () => `R2: an Invalid tells the version that its writer holds; a kernel remembers the newest version of which it Acked an Invalid, and
      refuses a Copy that is not newer. Or R1, without versions: a fetch counts only if one before it, sent after the last Invalid that the kernel
      Acked, was answered by all.`,
  }),
  finding({
    title: "Then data vanishes",
    paper: [
      {
        section: "4.2",
        quote: "at least one answer to the Fetch message contains an up-to-date copy of the data",
      },
    ],
    property: "data survives",
    violated: ["4.7, three", "4.7 in order", "4.8, three"],
    holds: ["4.7, two", "4.8, two", "R1", "repaired, three", "repaired-4.8, three"],
    questions: [1],
    story: {
      old: "Read_Done(K3)",
      writes: "App_Write(K3)",
      gone: "Invalid K3→K1 in Shared",
    },
    why: (
      at,
    ) => `It is the same run, two steps on. K3, Shared with the old data (step ${at.old}), writes (step ${at.writes}). Its Invalid makes K1
      drop the only copy of what K1 wrote (step ${at.gone}), and no message in flight carries it.`,
    repair: () => `What repairs the slow Copy repairs this.`,
  }),
  finding({
    title: "Then an update is lost",
    paper: [{ section: "4.3", quote: "have to perform the write again as they have an unsuitable copy" }],
    property: "no lost update",
    violated: ["4.7, three", "4.7 in order", "4.8, three"],
    holds: ["4.7, two", "4.8, two", "R1", "repaired, three", "repaired-4.8, three"],
    questions: [1],
    story: {
      wrote: "Write_Done(K1)",
      writes: "App_Write(K3)",
      elected: "Write_Done(K3)",
    },
    why: (
      at,
    ) => `The run goes on: K3 gets all Acks, as nobody writes besides (step ${at.elected}), and is Modified on top of data that K1 had
      replaced (step ${at.wrote}). The election has chosen a single winner, who has an unsuitable copy all the same: the votes compare
      time stamps, which tell who began first and not what he began upon.`,
    repair: () => `What repairs the slow Copy repairs this.`,
  }),
  finding({
    title: "Taken at its word, the invariant of 4.2 is not one",
    paper: [
      {
        section: "4.2",
        quote:
          "at each time there either exists at least one page copy that will answer to the Fetch message, from a Shared state, or there exists a single page copy that will answer from a Modified state.",
      },
    ],
    property: "at-least-one-Copy",
    violated: ["answers with data", "answers with the latest"],
    holds: ["4.7, two", "4.7, three"],
    questions: [21],
    reading: () => `The most charitable one is the default, and holds: whoever writes will answer, once Modified.`,
    story: {
      gives: "Fetch_Write K1→K2 in Modified",
      writes: "App_Write(K2, K1)",
      invalid: "Invalid K2→K1 in WritingRead",
      loses: "Nack K1→K2 in WritingPend1",
    },
    why: (
      at,
    ) => `Between two rounds there are moments in which nobody who has data would answer. K2 has won, has given its data to K1 (step
      ${at.gives}) and writes again (step ${at.writes}); K1, with the smaller stamp, has it lose (step ${at.loses}), while the Copy is
      still on its way to K1. Nothing is wrong with that; but the invariant has to count writers and Copies in flight, and with the latest data it
      fails even so, by the slow Copy.`,
    repair: () => `To word it so: some copy is Shared or Modified, or a writer is being elected.`,
  }),
  finding({
    title: "4.8: the initial content is loaded after it was overwritten",
    paper: [
      { section: "4.8", quote: "another kernel is fetching concurrently a page that was Unmapped in the system" },
    ],
    property: "coherent data",
    violated: ["4.8, three", "4.8 in order", "fetch together again", "lower index alone"],
    holds: ["4.8, two", "R1, 4.8", "R2, 4.8", "repaired-4.8, three"],
    questions: [14, 16],
    reading: (
      f,
    ) => `The paper names the state and not what a kernel does there. That both fetch again is the most charitable answer: it delays the
      failure (${f.steps("fetch together again", "coherent data")}), which then is the slow Copy of 4.7.`,
    story: {
      alone: "Fetch_Done(K1)",
      asks: "App_Read(K2)",
      met: "Fetch K2→K3 in FetchingNotReplicated",
      writes: "Local_Write(K1)",
      copied: "Fetch K3→K1 in NotReplicated",
      invalid: "Invalid K3→K1 in Shared",
      late: "Fetch K2→K1 in Invalid",
      marked: "Copy_Void K3→K2 in FetchingNotReplicated",
      loads: "Fetch_Done(K2)",
    },
    why: (
      at,
    ) => `K2's Fetch meets K3 while K3 fetches too (step ${at.met}), so that K3 answers Copy_Void. K3 then gets what K1 has written
      (step ${at.copied}) and invalidates K1 (step ${at.invalid}), and only after that does K2's Fetch reach K1 (step ${at.late}). K2 has two
      Copy_Voids, one too old and one too new, concludes that the page is not used yet, and loads the initial content, which K1 replaced long ago.`,
    repair:
      () => `A kernel asks twice before it takes the page to be unused, and an Invalid makes its first access go on as a read; then the repairs of
      the slow Copy do the rest.`,
  }),
  finding({
    title: "4.8: a first access is told by everybody that they have nothing, while others use the page",
    paper: [
      {
        section: "4.8",
        quote:
          "If all the answers collected by the fetching kernel are Copy_Void, it means that it is the only one that is using that page",
      },
    ],
    property: "a first access finds a Copy",
    violated: ["4.8, three", "4.8 in order", "Unmapped is not told"],
    holds: ["4.8, two"],
    questions: [13],
    reading: () =>
      `An Invalid that is sent only to those who use the page, as with the multicast groups of section 5.2, changes nothing here. Where Unmapped has no
      rule for an Invalid, the run ends before it comes so far.`,
    story: {
      early: "Fetch K3→K2 in InvalidRead1",
      has: "Read_Done(K2)",
      writes: "App_Write(K2)",
      taken: "Invalid K2→K1 in Shared",
      late: "Fetch K3→K1 in Invalid",
    },
    why: (
      at,
    ) => `It is the race of the reader above. K3's Fetch reaches K2 before K2 has its copy (step ${at.early}), and K1 after K2's
      Invalid has taken K1's copy away (step ${at.late}). A reader in this place is rescued by the Invalid that is on its way; Fetching
      Not Replicated does not wait for it.`,
    repair:
      () => `The first access asks twice (\`--alone-twice\`). A page that moves between two answers moves by an election, which sends an Invalid to
      the fetching kernel: if all say Copy_Void both times, and no Invalid has come between, nobody has the page.`,
  }),
  finding({
    title: "4.8: a page is taken for unreplicated while others use it",
    paper: [
      {
        section: "4.8",
        quote:
          "At most one copy of a page can be in Not Replicated state … while all the other page copies have to be in Unmapped.",
      },
    ],
    property: "replicated xor not",
    violated: ["4.8, three", "4.8 in order", "not alone twice"],
    holds: ["4.8, two", ["4.8, three", "SWMR"], "R1, 4.8", "R2, 4.8", "repaired-4.8, three"],
    questions: [13, 14, 16],
    reading: () => `As above: where Unmapped has no rule for an Invalid, the run ends before it comes so far.`,
    story: {
      early: "Fetch K3→K2 in InvalidRead1",
      late: "Fetch K3→K1 in Invalid",
      alone: "Fetch_Done(K3)",
    },
    why: (
      at,
    ) => `One step after the last Copy_Void, K3 loads the initial content and is Not Replicated (step ${at.alone}), next to a writer and a
      page that has been written. It may read and write locally from now on, and the others do not know. SWMR holds all the same, since the
      writer cannot be elected any more, as the next finding shows.`,
    repair: () => `The first access asks twice. Versions alone do not do it: they refuse a Copy, and here none came.`,
  }),
  finding({
    title: "4.8: an Invalid reaches a Not Replicated copy, and the writer waits for ever",
    paper: [
      {
        section: "4.8",
        quote:
          "If a copy of a page is Replicated on one kernel, all the other page copies in the system must be in the Replicated state or Unmapped.",
      },
    ],
    property: "no unspecified reception",
    violated: ["4.8, three", ["4.8, three", "no deadlock"], ["4.8, three", "eventual Modified"], "4.8 in order"],
    holds: ["4.8, two", "R1, 4.8", "R2, 4.8", "repaired-4.8, three"],
    questions: [13, 14, 16],
    story: {
      writes: "App_Write(K2)",
      alone: "Fetch_Done(K3)",
      meets: "Invalid K2→K3 in NotReplicated",
    },
    why: (
      at,
    ) => `The paper has no rule for an Invalid in Not Replicated, and rightly so, if the invariant held. K2's Invalid, sent before K3 took
      itself to be alone (step ${at.writes}), meets it there (step ${at.meets}). Without an answer K2 stays in Writing Pend 1: this is
      the one thing that keeps a writer of 4.8 from Modified.`,
    repair: () =>
      `What keeps K3 from taking itself to be alone. A rule for this cell would come too late: K3 may have written already.`,
  }),
  finding({
    title: "4.8: what Unmapped does with an Invalid must be said",
    paper: [{ section: "4.8", quote: "the ones that are not using it do not need to start the replication algorithm" }],
    property: "no unspecified reception",
    violated: ["Unmapped says nothing"],
    holds: ["4.8, two", "repaired-4.8, three"],
    questions: [13],
    reading: () => `The charitable answer, Ack, is the default everywhere else on this page.`,
    story: {
      shared: "Fetch_Done(K1)",
      writes: "App_Write(K1)",
      meets: "Invalid K1→K3 in Unmapped",
    },
    why: (
      at,
    ) => `Invalids are broadcast, so they reach kernels that do not use the page: K3 has never touched it when K1's Invalid comes
      (step ${at.meets}). The paper does not say what K3 does. Only an Ack lets the writer go on; or the Invalid is not sent, as with multicast groups.`,
    repair: () => `A sentence: Unmapped Acks an Invalid, and stays Unmapped.`,
  }),
  finding({
    title: "A reader can be invalidated for ever",
    paper: [
      {
        section: "4.5",
        quote: "This can potentially lead to an infinite loop of read when the page copy is in Invalid Read.",
      },
    ],
    property: "eventual read",
    violated: ["4.7, two", "4.7, three", "4.8, two", "4.8, three", "4.7 in order, two", "R1", "R2"],
    holds: ["repaired, two", "repaired, three", "repaired-4.8, three"],
    reading: () => `Nothing that is assumed of clocks helps, since the reader does not write.`,
    story: {
      reads: "App_Read(K2)",
      answers: "Fetch K2→K1 in Modified",
      writes: "App_Write(K1)",
      overtakes: "Invalid K1→K2 in InvalidRead1",
      drops: "Copy K1→K2 in InvalidRead2",
      again: "Read_Again(K2)",
    },
    why: (
      at,
    ) => `The paper says so, and it is true: K1 answers K2's Fetch (step ${at.answers}) and writes (step ${at.writes}), and its Invalid overtakes
      the Copy (steps ${at.overtakes} and ${at.drops}); K2 must ask again (step ${at.again}), and meets the same. No message is lost or delayed for
      ever, and every kernel gets its turn. With messages in order the Invalid comes after the Copy, and before K2 has acted on it.`,
    repair:
      () => `R4: a reader that must Ack an Invalid asks its writer for a Copy with the Ack. The writer sends it once it is Modified, and it
      serves the read that waits, once, without being kept. R1 and R2 mend the data and leave this as it is.`,
  }),
  finding({
    title: "4.8: a first access is dropped",
    paper: [
      {
        section: "4.1",
        quote: "any read or write is delayed until the page copy reaches one of the stable states",
      },
    ],
    property: "eventual access",
    violated: ["4.8, two", "4.8, three", "read again, two"],
    holds: ["repaired-4.8, two", "repaired-4.8, three"],
    questions: [15],
    reading: (
      f,
    ) => `The paper names Fetching Invalid, and not what becomes of the access. A thread whose page fault is not served may fault again; that it goes on as a
      read is the most charitable answer; then it is not dropped, and can be invalidated for ever like any read (${f.steps("read again, two", "eventual access")}).`,
    story: {
      invalid: "Invalid K1→K2 in FetchingValid",
      copy: "Copy K1→K2 in FetchingInvalid",
      dropped: "Fetch_Done(K2)",
    },
    why: (
      at,
    ) => `An Invalid reaches K2 while it fetches (step ${at.invalid}). The Copy that comes afterwards may be old and must not be
      installed (step ${at.copy}), so K2 is Invalid (step ${at.dropped}): a stable state, in which nothing makes it ask again for the access that was
      delayed.`,
    repair: () =>
      `An Invalid in Fetching makes the first access go on as a read (\`--fetching-reads\`), in Invalid Read 2; and R4, so that it ends.`,
  }),
  finding({
    title: "The retries come to an end because clocks advance, and only then",
    paper: [
      {
        section: "4.3",
        quote:
          "Due to the monotonically increasing clocks, this time stamp will become the smaller in the system eventually, and the page copy will reach the Modified state.",
      },
    ],
    property: "eventual Modified",
    violated: ["clocks of any kind, two", "clocks of any kind"],
    holds: ["4.7, two", "4.7, three", "bounded skew, two"],
    questions: [11],
    reading: () => `The most charitable one is the default: nobody begins writes below a waiting stamp for ever.`,
    story: {
      waits: "App_Write(K1)",
      below: "App_Write(K2)",
      loses: "Nack K2→K1 in WritingPend1",
      wins: "Write_Done(K2)",
      again: "Write_Again(K1)",
    },
    why: (
      at,
    ) => `That each clock goes only forward is not enough. K1 waits with its stamp (step ${at.waits}); K2 begins write after write with stamps that
      rise and stay below it (step ${at.below}), and K1 loses every election (step ${at.loses}). No clock goes back, and no delivery is delayed; K2's
      clock never passes K1's stamp.`,
    repair:
      () => `Clocks whose skew is bounded, as real ones are: K2's clock must pass K1's stamp then, and no assumption is needed. It is worth a sentence in
      section 4.3.`,
  }),
];

export const fails: Prose["fails"] = {
  opening:
    () => `Each finding has the claim in the paper's words; where it fails, and where it does not; the shortest counterexample as a chart,
    in which a note is a step, with what it changes and sends, and a dotted arrow a message that overtakes or is overtaken; why; and what repairs
    it. Of a run that goes on for ever, the cycle is marked. There may be several
    shortest runs: a command may show another one than the chart. R1 to R4 are explained [below](#the-repairs).`,
  findings,
};
