/** Mistakes of syntax: the place, what was expected, the line and the caret. */
import { describe, expect, test } from "vitest";
import { LoadError } from "../../checker/errors.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { parsed } from "../../checker/murphi/parser.js";
import { SourceText } from "../../checker/murphi/source-text.js";

const HEAD = "var x: 0 .. 3;\nstartstate begin x := 0; end;\n";

/** Each text, the first line of its error, and the line of the file with the caret below it. */
const mistakes: readonly (readonly [text: string, sentence: string, shown: string])[] = [
  [
    "var 3: boolean;",
    "p.m:1:5: expected a declaration, a function, a rule or a property, not the number 3",
    "  var 3: boolean;\n      ^",
  ],
  ["var x 0 .. 3;", 'p.m:1:7: expected "," or ":", not the number 0', "  var x 0 .. 3;\n        ^"],
  [
    "var x: 0 . 3;",
    'p.m:1:10: expected ".." and the upper bound of the range, not "."',
    "  var x: 0 . 3;\n           ^",
  ],
  ["var x: 0 ..;", 'p.m:1:12: expected an expression, not ";"', "  var x: 0 ..;\n             ^"],
  [
    "var x: array 0 .. 3 of boolean;",
    'p.m:1:14: expected "[", not the number 0',
    "  var x: array 0 .. 3 of boolean;\n               ^",
  ],
  [
    "var x: array [0 .. 3] boolean;",
    'p.m:1:23: expected "of", not "boolean"',
    "  var x: array [0 .. 3] boolean;\n                        ^",
  ],
  [
    "type t: enum { A B };",
    'p.m:1:18: expected "," or "}", not the name "B"',
    "  type t: enum { A B };\n                   ^",
  ],
  ["type t: enum { };", "p.m:1:9: an enum has at least one member", "  type t: enum { };\n          ^"],
  ["type t: record end;", "p.m:1:9: a record has at least one field", "  type t: record end;\n          ^"],
  ["type s: scalarset 3;", 'p.m:1:19: expected "(", not the number 3', "  type s: scalarset 3;\n                    ^"],
  ["type u: union { A, };", 'p.m:1:17: there is no type "A" here', "  type u: union { A, };\n                  ^"],
  ["const N 3;", 'p.m:1:9: expected "," or ":", not the number 3', "  const N 3;\n          ^"],
  ["const N: ;", 'p.m:1:10: expected an expression, not ";"', "  const N: ;\n           ^"],
  ["x := 3;", 'p.m:1:1: expected a declaration, a function, a rule or a property, not the name "x"', "  x := 3;\n  ^"],
  ["end;", 'p.m:1:1: expected a declaration, a function, a rule or a property, not "end"', "  end;\n  ^"],
  [
    `${HEAD}rule "a" x = 1 = begin end;`,
    'p.m:3:12: expected ":=", not "="',
    '  rule "a" x = 1 = begin end;\n             ^',
  ],
  [
    `${HEAD}rule x = 1 ==> x = 2; end;`,
    'p.m:3:18: expected ":=", not "="',
    "  rule x = 1 ==> x = 2; end;\n                   ^",
  ],
  [
    `${HEAD}rule x = 1 ==> begin x := 2 x := 3; end;`,
    'p.m:3:29: expected ";" or "end" or "endrule", not the name "x"',
    "  rule x = 1 ==> begin x := 2 x := 3; end;\n                              ^",
  ],
  [
    `${HEAD}rule x = (1 ==> begin end;`,
    'p.m:3:13: expected ")", not "==>"',
    "  rule x = (1 ==> begin end;\n              ^",
  ],
  [
    `${HEAD}rule begin if x = 1 x := 2; end; end;`,
    'p.m:3:21: expected "then", not the name "x"',
    "  rule begin if x = 1 x := 2; end; end;\n                      ^",
  ],
  [
    `${HEAD}rule begin for i 0 .. 3 do end; end;`,
    'p.m:3:18: expected ":" or ":=", not the number 0',
    "  rule begin for i 0 .. 3 do end; end;\n                   ^",
  ],
  [
    `${HEAD}rule begin for i := 0 .. 3 do end; end;`,
    'p.m:3:23: expected "to", not ".."',
    "  rule begin for i := 0 .. 3 do end; end;\n                        ^",
  ],
  [
    `${HEAD}rule begin while x = 1 x := 2; end; end;`,
    'p.m:3:24: expected "do", not the name "x"',
    "  rule begin while x = 1 x := 2; end; end;\n                         ^",
  ],
  [
    `${HEAD}rule begin switch x of case 1: x := 2; end; end;`,
    'p.m:3:21: expected "case" or "end" or "endswitch", not "of"',
    "  rule begin switch x of case 1: x := 2; end; end;\n                      ^",
  ],
  [
    `${HEAD}rule begin error x; end;`,
    'p.m:3:18: expected a text, as in error "unexpected message", not the name "x"',
    "  rule begin error x; end;\n                   ^",
  ],
  [
    `${HEAD}rule begin undefine 3; end;`,
    "p.m:3:21: expected a name, not the number 3",
    "  rule begin undefine 3; end;\n                      ^",
  ],
  [
    `${HEAD}rule begin f(1; end;`,
    'p.m:3:15: expected "," or ")", not ";"',
    "  rule begin f(1; end;\n                ^",
  ],
  [
    `${HEAD}rule begin x.3 := 1; end;`,
    "p.m:3:13: real numbers are not supported: states are compared exactly, and two computations of one real number may differ; use a range of integers",
    "  rule begin x.3 := 1; end;\n              ^",
  ],
  [
    `${HEAD}rule begin x[ := 1; end;`,
    'p.m:3:15: expected an expression, not ":="',
    "  rule begin x[ := 1; end;\n                ^",
  ],
  [
    `${HEAD}rule var y: 0 .. 1; x := 1; end;`,
    'p.m:3:23: expected "," or ":", not ":="',
    "  rule var y: 0 .. 1; x := 1; end;\n                        ^",
  ],
  [
    `${HEAD}ruleset i: 0 .. 1 rule begin end; end;`,
    'p.m:3:19: expected "do", not "rule"',
    "  ruleset i: 0 .. 1 rule begin end; end;\n                    ^",
  ],
  [
    `${HEAD}ruleset i: 0 .. 1 do x := 1; end;`,
    'p.m:3:22: expected a rule, a property or "endruleset", not the name "x"',
    "  ruleset i: 0 .. 1 do x := 1; end;\n                       ^",
  ],
  [
    `${HEAD}function f(x); begin end;`,
    'p.m:3:13: expected ":", not ")"',
    "  function f(x); begin end;\n              ^",
  ],
  [
    `${HEAD}function f(x: 0 .. 1 begin end;`,
    'p.m:3:22: expected a parameter or ")", not "begin"',
    "  function f(x: 0 .. 1 begin end;\n                       ^",
  ],
  [
    `${HEAD}procedure (x: 0 .. 1); begin end;`,
    'p.m:3:11: expected the name of the procedure, not "("',
    "  procedure (x: 0 .. 1); begin end;\n            ^",
  ],
  [`${HEAD}invariant "i";`, 'p.m:3:14: expected an expression, not ";"', '  invariant "i";\n               ^'],
  [
    `${HEAD}invariant "i x = 1;`,
    'p.m:3:11: this text has no end; expected a second "',
    '  invariant "i x = 1;\n            ^',
  ],
  [`${HEAD}/* rule`, 'p.m:3:1: this comment has no end; expected "*/"', "  /* rule\n  ^"],
  [
    `${HEAD}rule begin MultiSetAdd(1); end;`,
    "p.m:3:12: MultiSetAdd takes a value and a multiset",
    "  rule begin MultiSetAdd(1); end;\n             ^",
  ],
  [
    `${HEAD}rule forall i: 0 .. 1 x = i end ==> begin end;`,
    'p.m:3:23: expected "do", not the name "x"',
    "  rule forall i: 0 .. 1 x = i end ==> begin end;\n                        ^",
  ],
  [
    `${HEAD}rule x ? 1 ==> begin end;`,
    'p.m:3:12: expected ":", not "==>"',
    "  rule x ? 1 ==> begin end;\n             ^",
  ],
  [
    `${HEAD}rule begin x := 99999999999999999999; end;`,
    "p.m:3:17: a number is at most 9007199254740991",
    "  rule begin x := 99999999999999999999; end;\n                  ^",
  ],
  [`${HEAD}cover;`, 'p.m:3:6: expected an expression, not ";"', "  cover;\n       ^"],
  [`${HEAD}choose m net do end;`, 'p.m:3:10: expected ":", not the name "net"', "  choose m net do end;\n           ^"],
  [`${HEAD}rule begin\r\n  x := \t; end;`, 'p.m:4:9: expected an expression, not ";"', "    x :=  ; end;\n          ^"],
];

describe("a mistake of syntax is told with its place, what was expected, and a caret", () => {
  test.each(mistakes)("%j", (text, sentence, shown) => {
    expect(() => murphiModel(text, "p.m")).toThrow(new LoadError(`${sentence}\n${shown}`));
  });
});

/** Returns the condition of an invariant as a tree of operators. */
function tree(condition: string): unknown {
  const [item] = parsed(new SourceText(`invariant ${condition};`, "p.m"));
  if (item?.kind !== "property") throw new Error("the invariant is no property");
  return JSON.parse(
    JSON.stringify(item.property.condition, (key, value) => (["at", "depth"].includes(key) ? undefined : value)),
  );
}

const name = (name: string) => ({ kind: "name", name });

describe("operators", () => {
  test("! binds looser than comparisons", () => {
    expect(tree("!a = b")).toEqual(tree("!(a = b)"));
    expect(tree("!a & b")).toEqual(tree("(!a) & b"));
  });

  test("& binds tighter than |, and that tighter than ->", () => {
    expect(tree("a | b & c -> d")).toEqual(tree("(a | (b & c)) -> d"));
  });

  test("&& and || bind looser than & and |", () => {
    expect(tree("a && b | c")).toEqual(tree("a && (b | c)"));
    expect(tree("a || b && c")).toEqual(tree("a || (b && c)"));
  });

  test("products bind tighter than sums, which bind tighter than shifts and comparisons", () => {
    expect(tree("a + b * c << d < e")).toEqual(tree("((a + (b * c)) << d) < e"));
    expect(tree("a - b - c = d")).toEqual(tree("((a - b) - c) = d"));
  });

  test("?: binds loosest, and goes to the right", () => {
    expect(tree("a -> b ? c : d ? e : f")).toEqual(tree("(a -> b) ? c : (d ? e : f)"));
  });

  test("a chain of one operator is one node, so that long ones are not deep", () => {
    expect(tree("a & b & c")).toEqual({ kind: "chain", operator: "&", operands: [name("a"), name("b"), name("c")] });
  });
});

describe("what is too large or no text ends with one message, in time", () => {
  const MOST_MILLISECONDS = 2_000;
  const garbage = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) % 256));
  const many = 100_000;
  const cases: readonly (readonly [what: string, text: string, sentence: RegExp])[] = [
    [
      "a file of 100,000 lines with a mistake at its end",
      `${HEAD}rule begin\n${"x := 1;\n".repeat(many)}x = 1; end;`,
      /^p\.m:100004:3: expected ":="/,
    ],
    [
      "binary garbage",
      garbage.toString("latin1"),
      /^p\.m:1:1: no token begins with the character U\+0000; is this a text file\?/,
    ],
    [
      "parentheses",
      `${HEAD}rule ${"(".repeat(many)}x = 1${")".repeat(many)} ==> begin end;`,
      /^p\.m:3:\d+: this is nested more than 250 levels deep/,
    ],
    ["negations", `${HEAD}rule ${"!".repeat(many)}x = 1 ==> begin end;`, /nested more than 250 levels/],
    ["signs", `${HEAD}rule ${"- ".repeat(many)}x = 1 ==> begin end;`, /nested more than 250 levels/],
    ["a sum", `${HEAD}rule x = 0${" + 1".repeat(many)} ==> begin end;`, /nested more than 250 levels/],
    ["fields", `${HEAD}rule x${".a".repeat(many)} = 1 ==> begin end;`, /nested more than 250 levels/],
    ["ifs", `${HEAD}rule begin ${"if x = 1 then ".repeat(many)}`, /nested more than 250 levels/],
    ["records", `type t: ${"record a: ".repeat(many)}`, /nested more than 250 levels/],
    ["rulesets", `${HEAD}${"ruleset i: 0 .. 1 do ".repeat(many)}`, /nested more than 250 levels/],
    ["conditional expressions", `${HEAD}rule ${"x = 1 ? ".repeat(many)} ==> begin end;`, /nested more than 250 levels/],
    ["a comment without an end", `${HEAD}/* ${"x ".repeat(many)}`, /^p\.m:3:1: this comment has no end/],
    [
      "an array of 10^9 elements",
      "var a: array [0 .. 999999999] of boolean;",
      /has 1000000000 values, and 65536 are the most/,
    ],
  ];
  test.each(cases)("%s", (_, text, sentence) => {
    const begun = performance.now();
    expect(() => murphiModel(text, "p.m")).toThrow(sentence);
    expect(performance.now() - begun).toBeLessThan(MOST_MILLISECONDS);
  });

  test("a long line is shown around the caret only", () => {
    const text = `${" ".repeat(1_000)}x`;
    expect(() => murphiModel(text, "p.m")).toThrow(
      new LoadError(
        `p.m:1:1001: expected a declaration, a function, a rule or a property, not the name "x"\n  ${" ".repeat(60)}x\n  ${" ".repeat(60)}^`,
      ),
    );
  });

  test("a conjunction of 10,000 operands is no deep one", () => {
    const text = `${HEAD}rule x = 0${" & x != 1".repeat(10_000)} ==> begin x := 1; end;`;
    expect(murphiModel(text, "p.m").name).toBe("p");
  });
});
