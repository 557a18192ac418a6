/**
 * IVY and MSI on a bus: what docs/explanation/relatives-ivy.md says of them is what they come to, and the races of IVY
 * are those that it tells.
 */
import { describe, expect, test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import type { Values } from "../../checker/model/bound.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, resolveParameters } from "../../checker/model/model.js";
import type { ChoiceParameter } from "../../checker/model/parameters.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { format } from "../../checker/model/value.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import { ivyView } from "../../spec/relatives/ivy/index.js";
import { msiBusView } from "../../spec/relatives/msi-bus.js";
import { type Kernel, kernels } from "../../spec/relatives/page.js";
import { lengthOf } from "../../traces/trace.js";
import { read } from "../docs/documents.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { messagesPerAccess } from "../support/messages-per-access.js";
import { caught, messagesRow, verdictRow } from "../support/relatives-tables.js";

type Given = Readonly<Record<string, unknown>>;
const { model: ivy } = await loadModel("ivy");
const { model: msiBus } = await loadModel("msi-bus");
const cases = readKnownAnswers().filter(({ model }) => model === "ivy" || model === "msi-bus");
const rows = read("docs/explanation/relatives-ivy.md")
  .split("\n")
  .filter((line) => line.startsWith("| `"));
const managers = (ivy.parameters.manager as ChoiceParameter<string>).values;

describe("the document's table of verdicts", () => {
  const recorded = cases.filter(({ symmetry }) => symmetry !== false).map(verdictRow);

  test("has each recorded case, as it is recorded", () => {
    expect(recorded.filter((row) => !rows.includes(row))).toEqual([]);
  });

  test("has no other", () => {
    const told = rows.filter((row) => /^[^|]*\|[^|]*\| [\d,]+ \|[^|]*\|$/.test(row));
    expect(told.filter((row) => !recorded.includes(row))).toEqual([]);
  });
});

describe("each mistake breaks a property, in a recorded case:", () => {
  const mistakesOf = (of: AnyModel, given: Given) =>
    (of.parameters.wrong as ChoiceParameter<string>).values.filter((wrong) => {
      const contradicts = of.contradiction?.(
        resolveParameters({ ...of, contradiction: () => undefined }, { ...given, wrong }),
      );
      return wrong !== "nothing" && contradicts === undefined;
    });
  const found = new Set(
    caught(cases).map(({ model, parameters }) => [model, parameters.manager, parameters.wrong].join()),
  );

  test.each(managers)("IVY's, with the manager %s", (manager) => {
    const mistakes = mistakesOf(ivy, { manager });
    expect(mistakes.length).toBeGreaterThanOrEqual(4);
    expect(mistakes.filter((wrong) => !found.has(["ivy", manager, wrong].join()))).toEqual([]);
  });

  test("the bus's", () => {
    const mistakes = mistakesOf(msiBus, { requests: "queued" });
    expect(mistakes.length).toBe(3);
    expect(mistakes.filter((wrong) => !found.has(["msi-bus", undefined, wrong].join()))).toEqual([]);
  });
});

describe("the document's table of messages is what accesses cost:", () => {
  const sizes = managers.flatMap((manager) => [2, 3, 4].map((kernels) => [manager, kernels] as const));
  test.each(exceptRelease(sizes, ([, kernels]) => kernels === 4))("%s, %d kernels", (manager, kernels) => {
    const messages = messagesPerAccess(ivy, ivyView, { manager, kernels });
    expect(rows).toContain(messagesRow(`ivy --manager ${manager}`, kernels, messages));
  });
});

describe("a broadcast that kernels receive one after the other", () => {
  // With three kernels there are too many states to search all: what is violated soon is enough.
  const shortest = (network: string, maxDepth: number) => {
    const { properties } = checkSync(new Instance(ivy, { manager: "broadcast", broadcasts: "separate", network }), {
      maxDepth,
    });
    return Object.fromEntries(
      properties.flatMap((each) =>
        each.verdict === "violated" && each.trace ? [[each.name, lengthOf(each.trace)]] : [],
      ),
    );
  };

  test("is served twice on the ring, by a kernel that owns the page when it comes to receive it", () => {
    expect(shortest("ring", 9)).toEqual({ "no unspecified reception": 9 });
  });

  releaseTest("makes two writers on the ring", () => {
    expect(shortest("ring", 13)).toEqual({
      SWMR: 13,
      "coherent data": 13,
      "no unspecified reception": 9,
      "no deadlock": 11,
    });
  });

  test("misses the owner where links are in order", () => {
    expect(shortest("fifo", 7)).toEqual({ "no deadlock": 7 });
  });
});

describe("MSI on an atomic bus", () => {
  test.each([2, 3, 4, 5])("has 2^n + n states without symmetry, n = %d", (kernels) => {
    // One kernel is Modified, or any of them are Shared.
    const { distinct } = checkSync(new Instance(msiBus, { kernels }), { symmetry: false });
    expect(distinct).toBe(2 ** kernels + kernels);
  });

  test("lets the owner keep a copy that another reads, and write it back", () => {
    const instance = new Instance(msiBus, { kernels: 2 });
    const [owner, reader] = instance.layout.membersOf(kernels) as readonly [Kernel, Kernel];
    const resultOf = (values: Values, action: string, at: Kernel) =>
      [...successorsOf(instance, values)].find(
        ({ instance: { action: each, binding } }) => each.name === action && Object.values(binding)[0] === at,
      )!.next!;
    const written = resultOf(instance.initial[0]!, "App_Write", owner);
    const state = instance.stateOf(resultOf(written, "App_Read", reader)) as never;
    expect([owner, reader].map((k) => msiBusView.mayRead(state, k))).toEqual([true, true]);
    expect(msiBusView.latestElsewhere(state)).toBe(true);
    expect(msiBusView.latestElsewhere(instance.stateOf(written) as never)).toBe(false);
  });

  test("serves each miss by one transaction", () => {
    const instance = new Instance(msiBus, { kernels: 3, requests: "queued" });
    const isWaiting = (values: Values) => {
      const state = instance.stateOf(values) as never;
      return (instance.stateOf(values).members(kernels) as readonly Kernel[]).some((k) => msiBusView.waits(state, k));
    };
    const known = new Map<string, Values>();
    const add = (values: Values) => known.set(JSON.stringify(values.map(format)), values);
    instance.initial.forEach(add);
    let misses = 0;
    for (const rest of known.values()) {
      for (const { next } of successorsOf(instance, rest)) {
        const begun = renumber(next!);
        if (!isWaiting(begun)) {
          add(begun);
          continue;
        }
        misses++;
        const served = [...successorsOf(instance, begun)].filter(({ instance: { action } }) => !action.environment);
        expect(served.map(({ instance: { action } }) => action.name)).toEqual(["Transaction"]);
        expect(isWaiting(served[0]!.next!)).toBe(false);
        add(renumber(served[0]!.next!));
      }
    }
    // Of 11 states at rest each kernel that is not Modified can write, and each Invalid one read.
    expect(known.size).toBe(2 ** 3 + 3);
    expect(misses).toBe(3 * 2 * 2 + 8 * 3 + 12);
  });
});
