/** Murphi files as models: their parameters, names, deadlocks, liveness, traces, and what is refused while they run. */
import { describe, expect, test } from "vitest";
import { check, textOfTrace } from "../../checker/api/index.js";
import * as cliOptions from "../../checker/cli/args/options.js";
import { Instance } from "../../checker/model/instance.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { OPTION_NAMES } from "../../checker/murphi/parameters.js";
import { readModel } from "./expectation.js";

const modelOf = (text: string) => murphiModel(text, "p.m");
const instanceOf = (text: string, parameters = {}) => new Instance(modelOf(text), parameters);
const outcomeOf = (text: string, parameters = {}, symmetry = true) =>
  check(modelOf(text), { threads: 1, parameters, symmetry });

describe("parameters", () => {
  const text = "const NODE_NUM: 2; maxValue: -3; Both: NODE_NUM + 1; Seed: 4; B: true; N: 1; n: 2;";
  const model = modelOf(`${text} var x: 0 .. NODE_NUM; startstate begin x := 0; end;`);

  test("are the constants that are numbers as they stand, in the spelling of options", () => {
    const constants = ["nodeNum", "maxValue", "seedConst", "n", "nConst"];
    expect(Object.keys(model.parameters)).toEqual([...constants, "deadlock", "dialect", "processes", "messages"]);
    expect(model.parameters.maxValue).toMatchObject({ kind: "integer", default: -3, about: "the constant maxValue" });
  });

  test("change what is computed from them", async () => {
    const text =
      "const N: 2; M: N * 2; var x: 0 .. M; startstate begin x := 0; end; rule begin x := (x + 1) % (M + 1); end;";
    expect((await outcomeOf(text)).distinct).toBe(5);
    expect((await outcomeOf(text, { n: 4 })).distinct).toBe(9);
  });

  test("a value that makes no type is refused with the place of the type", () => {
    expect(() => instanceOf("const N: 2; type S: scalarset(N); startstate begin end;", { n: 0 })).toThrow(
      "p.m:1:21: a scalarset has at least one member, not 0",
    );
  });

  test("instances of the same values share members, so that traces of one are those of another", () => {
    const model = modelOf("type S: scalarset(2); var s: S; ruleset i: S do startstate begin s := i; end; end;");
    const [one, other] = [new Instance(model), new Instance(model)];
    expect(one.initial).toEqual(other.initial);
    expect(typeof one.initial[0]![0]).toBe("symbol");
  });

  test("none has the name of an option of popcheck's", () => {
    const names = Object.values(cliOptions).flatMap((value) =>
      typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [],
    );
    const options = new Set([...names, ...cliOptions.reserved].map(cliOptions.camelCase));
    expect([...OPTION_NAMES].sort()).toEqual([...options].sort());
  });
});

describe("variables", () => {
  const slots = (text: string) => instanceOf(`${text} startstate begin end;`).layout.slots.map(({ name }) => name);

  test("an array by a scalarset is a family, and a record's cells are one value", () => {
    const text =
      "type P: scalarset(2); var c: array [P] of record a: 0 .. 1; b: array [0 .. 1] of boolean; end; n: boolean;";
    expect(slots(text)).toEqual(["c[P_1]", "c[P_2]", "n"]);
    const [c] = instanceOf(`${text} startstate begin end;`).initial[0]!;
    expect((c as { toJS(): unknown }).toJS()).toEqual({ a: null, "b[0]": null, "b[1]": null });
  });

  test("an array by a scalarset within a record is a variable of its own", () => {
    const text = "type P: scalarset(2); var d: record owner: P; n: 0 .. 1; is: array [P] of boolean; end;";
    expect(slots(text)).toEqual(["d", "d.is[P_1]", "d.is[P_2]"]);
  });

  test("an array by a union is a family and the elements of its enum", () => {
    const text = "type P: scalarset(2); var a: array [union { P, enum { H } }] of boolean;";
    expect(slots(text)).toEqual(["a[P_1]", "a[P_2]", "a[H]"]);
  });

  test("names that states have already are told apart", () => {
    expect(slots("var members: boolean; source: boolean; x: boolean; X: boolean;")).toEqual([
      "members'",
      "source'",
      "x",
      "X'",
    ]);
  });
});

describe("deadlock", () => {
  const verdict = async (model: string, deadlock: string) => {
    const { properties } = await outcomeOf(readModel(model), { deadlock });
    return properties.find(({ kind }) => kind === "no deadlock")?.verdict;
  };

  test("a state that only leads to itself is one, unless rules have to be disabled", async () => {
    expect(await verdict("deadlock-stuttering.m", "stuttering")).toBe("violated");
    expect(await verdict("deadlock-stuttering.m", "stuck")).toBe("holds");
    expect(await verdict("deadlock-stuttering.m", "off")).toBeUndefined();
  });

  test("a state without an enabled rule is one, unless nobody asks", async () => {
    expect(await verdict("deadlock-stuck.m", "stuttering")).toBe("violated");
    expect(await verdict("deadlock-stuck.m", "stuck")).toBe("violated");
    expect(await verdict("deadlock-stuck.m", "off")).toBeUndefined();
  });

  test("steps are counted alike whatever a deadlock is", async () => {
    const counts = async (deadlock: string) => {
      const { distinct, generated } = await outcomeOf(readModel("stuttering-no-deadlock.m"), { deadlock });
      return [distinct, generated];
    };
    expect(await counts("stuck")).toEqual(await counts("stuttering"));
  });
});

describe("liveness", () => {
  const text = 'var x: 0 .. 2; startstate begin x := 0; end; rule begin x := (x + 1) % 3; end; liveness "zero" x = 0;';

  test("is refused with what it says, and how to go on without it", () => {
    expect(() => instanceOf(text)).toThrow(
      'liveness "zero" (p.m:1) says that from every state one can be reached\n' +
        "  in which its condition holds. No property of popcheck says that of a graph of states.\n" +
        "  Give --skip-liveness to check the other properties, or say what is meant in TypeScript, by alwaysEventually.",
    );
  });

  test("that is left out is named with the verdicts", async () => {
    const { assumptions, properties } = await outcomeOf(text, { skipLiveness: true });
    expect(assumptions).toEqual(['liveness "zero" (p.m:1) was not checked']);
    expect(properties.map(({ name, verdict }) => [name, verdict])).toEqual([["no deadlock", "holds"]]);
  });
});

describe("what a running model does wrong", () => {
  const HEAD = "var x: 0 .. 3; startstate begin x := 0; end;\n";
  const thrown = async (text: string) => {
    const { properties } = await outcomeOf(text);
    return properties.find(({ kind }) => kind === "no error")?.explanation?.split(" threw ")[1];
  };

  test.each([
    [
      "function f(v: 0 .. 3): 0 .. 3; begin return f(v); end; rule begin x := f(x); end;",
      "a call of f within 250 calls, which has no end (p.m:2)",
    ],
    ["rule begin while x < 3 do end; end;", "a while loop of 100,000 rounds, which has no end (p.m:2)"],
    [
      "var b: multiset [1] of 0 .. 1; rule begin MultiSetAdd(0, b); MultiSetAdd(1, b); end;",
      "a message too many: b holds 1 at the most (p.m:2)",
    ],
    [
      "var b: multiset [1] of 0 .. 1; rule begin MultiSetAdd(x + 2, b); end;",
      "a message out of range: 2 in b, which holds the range 0 .. 1 (p.m:2)",
    ],
    [
      "rule begin x := 9007199254740991 + 1 - 1 + x; end; rule begin x := (9007199254740991 * (x + 2)) % 2; end;",
      "too large a number: 9007199254740991 * (x + 2) (p.m:2)",
    ],
    [
      "function f(): boolean; begin assume false; return true; end; rule begin end; invariant f();",
      "a false assumption within a property: only rules may assume (p.m:2)",
    ],
  ])("%s", async (text, message) => {
    if (text.includes("9007199254740991 + 1")) {
      expect(() => modelOf(HEAD + text)).toThrow(
        "this constant cannot be computed: too large a number: 9007199254740991 + 1",
      );
      expect(await thrown(HEAD + text.slice(text.indexOf("; end; ") + 7))).toBe(message);
    } else expect(await thrown(HEAD + text)).toBe(message);
  });

  test("a startstate that does so is refused, with its name and the line", () => {
    const text = 'var x: 0 .. 3;\nstartstate "Init"\nbegin x := 4; end;';
    expect(() => instanceOf(text)).toThrow(
      'p.m: startstate "Init" threw a write of 4 into x, which is the range 0 .. 3 (p.m:3)',
    );
    expect(() => instanceOf('startstate begin assert "never" false; end;')).toThrow(
      'p.m: startstate of line 1 fails the assertion "never" (p.m:1)',
    );
  });

  test("a rule that chooses a member by its order is refused where members are exchanged", async () => {
    const text = "type P: scalarset(3); var last: P; startstate begin end; rule begin for p: P do last := p; end; end;";
    await expect(outcomeOf(text)).rejects.toThrow(/does not treat the members of P alike/);
    expect((await outcomeOf(text, {}, false)).distinct).toBe(2);
  });
});

describe("names", () => {
  test("rules and properties without one have their line, and those that share one have it besides", () => {
    const text = [
      "var x: 0 .. 3; startstate begin x := 0; end;",
      'rule "a" begin x := 0; end; rule "a" begin x := 1; end;',
      "rule begin x := 2; end; rule begin x := 3; end;",
      'invariant "i" x < 4;',
      'invariant "i" x < 5;',
      "invariant x < 6;",
    ].join("\n");
    const { actions, properties } = instanceOf(text, { deadlock: "off" });
    expect(actions.map(({ action }) => action.name)).toEqual([
      "a (line 2)",
      "a (line 2), 2",
      "rule of line 3",
      "rule of line 3, 2",
    ]);
    expect(properties.map(({ name }) => name)).toEqual(["i (line 4)", "i (line 5)", "invariant of line 6"]);
    expect(properties.map(({ where }) => String(where))).toEqual(["p.m:4", "p.m:5", "p.m:6"]);
  });

  test("a counterexample tells rules, bindings and the author's names", async () => {
    const { properties } = await outcomeOf(readModel("invariant-fails-in-ruleset.m"));
    const { trace, explanation } = properties.find(({ verdict }) => verdict === "violated")!;
    const text = textOfTrace(trace!);
    expect(text).toContain(" 1  set(P_1)");
    expect(text).toContain(" 2  set(P_2)");
    expect(explanation).toBe("p != q -> !(a[p] & a[q]) is false (p.m:6)");
  });
});
