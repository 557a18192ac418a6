/** Models of other shapes are driven too; one that cannot be driven is refused with a sentence. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { type Member, nameOf } from "../../checker/model/scalarset.js";
import { DrivenModel } from "../../checker/simulation/driven-model.js";
import { latencyRuleOf } from "../../checker/simulation/latency.js";
import { builtInWorkload } from "../../checker/simulation/workload.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { busModel, crowdModel, lendingHome, neverIdle } from "./models.js";
import { messagesOf, popcornOf, runOf, workload } from "./simulated.js";

const small = { pages: 2, elements: 4, iterations: 4, writeShare: 0.5 };

describe("a home with one inbox for all", () => {
  const instance = new Instance(lendingHome as unknown as AnyModel);

  test("an access asks the home, and gets the page", () => {
    const { figures } = runOf(instance, workload({ N1: [{ write: 1, times: 3 }] }));
    expect(messagesOf(figures)).toEqual({ Ask: 1, Page: 1 });
    expect([figures.accesses.write, figures.faultsOf.write]).toEqual([3, 1]);
    // The processes are the nodes, and then the home.
    expect(figures.sent.get("Ask")).toEqual([0, 0, 0, 1]);
    expect(figures.sent.get("Page")).toEqual([1, 0, 0, 0]);
  });

  test("an order waits in its queue for the one before it, and is handled after it", () => {
    const latency = ["1", "Page=100"].map(latencyRuleOf);
    const what = workload({ N1: [{ write: 1 }], N2: [{ write: 1 }] });
    const { steps } = runOf(instance, what, 1, { latency, handling: 5 });
    const received = (kind: string) => steps.find(({ received }) => received?.kind === kind)!.time;
    // Both ask at 1; the home handles the first at 7 and lends the page, and the second at 12.
    expect([received("Page"), received("Recall")]).toEqual([7 + 100 + 5, 7 + 100 + 5 + 5]);
  });

  test("the page is called back, and orders overtake nobody", () => {
    const { figures } = runOf(instance, builtInWorkload("mixed", 3, small));
    const { Ask, Page, Recall, Back } = messagesOf(figures);
    expect(Ask).toBeGreaterThan(6);
    expect([Page, Back]).toEqual([Ask, Recall]);
    expect([figures.stuck, figures.staleReads]).toEqual([undefined, 0]);
  });
});

test("a bus without messages: a miss is one step, and costs a page fault", () => {
  const instance = new Instance(busModel as unknown as AnyModel);
  const what = workload({
    N1: [
      { read: 1, times: 2 },
      { write: 1, times: 3 },
    ],
    N2: [{ compute: 50 }, { read: 1 }],
  });
  const { figures } = runOf(instance, what);
  expect(messagesOf(figures)).toEqual({});
  expect(figures.faultsOf).toEqual({ read: 2, write: 1 });
  expect(figures.faultLatency.mean).toBeCloseTo(1.01, 9);
  expect(runOf(instance, builtInWorkload("mixed", 3, small)).figures.stuck).toBeUndefined();
});

test("a message is the one that was sent, however ordinals are renumbered meanwhile", () => {
  const instance = new Instance(crowdModel as unknown as AnyModel);
  const latency = [latencyRuleOf("uniform(1,90)")];
  for (const seed of [1, 2, 3]) {
    const all = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`G${i + 1}`, [{ read: 1 }]]));
    const { steps } = runOf(instance, workload(all), seed, { latency });
    const received = steps.flatMap(({ received, step }) => (received === undefined ? [] : [{ received, step }]));
    const senders = received.map(({ step }) => nameOf((step.message!.value as unknown as { by: Member }).by));
    expect(senders.length).toBe(8);
    expect(received.map(({ received }) => `G${received.from! + 1}`)).toEqual(senders);
  }
});

test("a process whose first step makes it a user of the page takes no other for the same access", () => {
  const entering = { ...crowdModel, accesses: () => ({ ...crowdModel.accesses!({}), enter: ["Draw"] }) };
  const instance = new Instance(entering as unknown as AnyModel);
  const { figures } = runOf(instance, workload({ G1: [{ read: 1, times: 3 }], G2: [{ compute: 300 }, { read: 1 }] }));
  expect(messagesOf(figures)).toEqual({ Ticket: 2 });
  expect([figures.accesses.read, figures.faultsOf.read]).toEqual([4, 2]);
});

test("what is violated from the start is told", () => {
  const always = { ...busModel, properties: () => [neverIdle] };
  const { figures } = runOf(new Instance(always as unknown as AnyModel), workload({ N1: [{ read: 1 }] }));
  expect(figures.violations.get("never idle")).toMatchObject({ time: 0, page: 0, explanation: "all lines are I" });
});

describe("is refused:", () => {
  const popcornWith = (changed: (accesses: Record<string, unknown>) => unknown) => ({
    ...popcorn,
    properties: () => [],
    accesses: (options: never) => changed(popcorn.accesses!(options) as unknown as Record<string, unknown>),
  });
  const lendingWith = (changed: object) => ({ ...lendingHome, ...changed });
  const drive = (model: unknown) => new DrivenModel(new Instance(model as AnyModel));

  test.each([
    ["a model that does not say how it is driven", german, /^german does not say how an application uses its page/],
    [
      "accesses that are none",
      popcornWith(() => undefined),
      /^accesses of popcorn is undefined\n {2}Return \{ by, read, write, isLatest \}\.$/,
    ],
    ["accesses by nobody", popcornWith((a) => ({ ...a, by: "K" })), /^accesses\.by of popcorn is the text "K"\n/],
    ["no isLatest", popcornWith(({ isLatest: _, ...a }) => a), /^accesses\.isLatest of popcorn is undefined\n/],
    ["no read", popcornWith(({ read: _, ...a }) => a), /^accesses\.read\.actions of popcorn is undefined\n/],
    [
      "no isServedBy",
      popcornWith((a) => ({ ...a, write: { actions: ["App_Write"] } })),
      /^accesses\.write\.isServedBy of popcorn is undefined\n/,
    ],
    [
      "enter that is no list",
      popcornWith((a) => ({ ...a, enter: "Join" })),
      /^accesses\.enter of popcorn is the text "Join"\n/,
    ],
    [
      "an action that there is not",
      popcornWith((a) => ({ ...a, enter: ["Join"] })),
      /^accesses of popcorn name the action Join in enter, and there is none\n {2}The actions are App_Read, App_Write, /,
    ],
    [
      "an action that receives",
      popcornWith((a) => ({ ...a, read: { ...(a["read"] as object), actions: ["Receive"] } })),
      /^accesses of popcorn name the action Receive in read, which receives messages/,
    ],
    [
      "an action by nobody",
      lendingWith({ accesses: () => ({ ...lendingHome.accesses!({}), enter: ["Lend"] }) }),
      /^accesses of lending name the action Lend in enter, which binds no name to a node\n/,
    ],
  ])("%s", (_name, model, message) => {
    expect(() => drive(model)).toThrow(message);
  });

  test("messages that nobody receives", () => {
    const deaf = lendingWith({
      actions: () => lendingHome.actions({}).filter(({ name }) => name !== "Home_Receive"),
    });
    const instance = new Instance(deaf as unknown as AnyModel);
    expect(() => runOf(instance, workload({ N1: [{ read: 1 }] }))).toThrow(
      /^lending cannot be simulated: no action takes messages from inbox\n/,
    );
  });

  test("messages of which it is not known who receives them", () => {
    const nameless = lendingWith({ processes: undefined, channels: undefined });
    const instance = new Instance(nameless as unknown as AnyModel);
    expect(() => runOf(instance, workload({ N1: [{ read: 1 }] }))).toThrow(
      /^lending cannot be simulated: nobody is known to receive what lies in inbox\n/,
    );
  });

  test("steps that go on for ever by themselves", () => {
    const restless = {
      ...busModel,
      actions: () => busModel.actions({}).map((action) => ({ ...action, environment: false })),
    };
    const instance = new Instance(restless as unknown as AnyModel);
    expect(() => runOf(instance, workload({ N1: [{ read: 1 }] }))).toThrow(
      /^bus cannot be simulated: steps that take no message go on for ever, the last was Bus_(Read|Write)\(N\d\)\n/,
    );
  });

  test("clocks that tick by themselves", () => {
    expect(() => new DrivenModel(popcornOf({ clocks: "bounded" }))).toThrow(
      /^popcorn cannot be simulated with --clocks bounded/,
    );
  });
});
