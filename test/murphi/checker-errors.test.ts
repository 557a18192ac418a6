/** What the models that rumur and popcheck refuse are told: the place, the sentence, the line and the caret. */
import { expect, test } from "vitest";
import { LoadError } from "../../checker/errors.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { modelFiles, readModel } from "./expectation.js";

/** Each model, without `refused-`; the first line of its error; and the line of the file with the caret below it. */
const errors: readonly (readonly [model: string, sentence: string, shown: string])[] = [
  [
    "argument-type",
    "p.m:3:25: the parameter v of f is a boolean, and 1 is a number",
    "  startstate begin x := f(1); end;\n                          ^",
  ],
  [
    "arguments",
    "p.m:3:23: f takes one argument, not 2",
    "  startstate begin x := f(1, 2); end;\n                        ^",
  ],
  [
    "arithmetic",
    "p.m:2:34: the left side of + is a number, not a boolean",
    "  startstate begin b := true; x := b + 1; end;\n                                   ^",
  ],
  [
    "array-index",
    "p.m:1:15: an array is indexed by a range, an enum, a boolean, a scalarset or a union, not a record",
    "  var a: array [record x: 0 .. 1; end] of boolean;\n                ^",
  ],
  [
    "assign-to-constant",
    "p.m:3:18: := writes a variable, and N is none",
    "  startstate begin N := 2; x := 0; end;\n                   ^",
  ],
  [
    "assign-to-parameter",
    "p.m:2:31: := would write v, which may only be read",
    "  procedure p(v: 0 .. 3); begin v := 1; end;\n                                ^",
  ],
  [
    "chained-comparison",
    "p.m:3:12: one comparison compares two values; join two of them with &",
    "  rule 0 < x < 2 ==> begin x := 1; end;\n             ^",
  ],
  [
    "chained-implication",
    'p.m:3:13: "a -> b -> c" may mean two things; put it in parentheses',
    "  rule a -> a -> a ==> begin a := false; end;\n              ^",
  ],
  [
    "compare",
    "p.m:4:8: the enum of P, Q cannot be compared with the range 0 .. 1",
    "  rule a = x ==> begin x := 1; end;\n         ^",
  ],
  [
    "condition",
    "p.m:2:29: the condition of an if is a boolean, not the range 0 .. 3",
    "  startstate begin x := 0; if x then x := 1; end; end;\n                              ^",
  ],
  [
    "constant-division",
    "p.m:1:12: this constant cannot be computed: a division by zero: 3 / 0",
    "  const N: 3 / 0;\n             ^",
  ],
  ["enum-twice", 'p.m:1:19: this enum has the member "A" twice', "  type E: enum { A, A };\n                    ^"],
  [
    "field-of-number",
    "p.m:2:20: x is the range 0 .. 1, which has no fields",
    "  startstate begin x.a := 0; end;\n                     ^",
  ],
  ["field", 'p.m:2:20: r has no field "b"; it has a', "  startstate begin r.b := 0; end;\n                     ^"],
  [
    "index-of-number",
    "p.m:2:18: x is the range 0 .. 1, which has no elements",
    "  startstate begin x[0] := 0; end;\n                   ^",
  ],
  [
    "index-type",
    "p.m:2:20: a is indexed by the range 0 .. 1, not by a boolean",
    "  startstate begin a[true] := 0; end;\n                     ^",
  ],
  [
    "isundefined-record",
    "p.m:2:35: isundefined asks about a simple value, not a record",
    "  startstate begin b := isundefined(r); end;\n                                    ^",
  ],
  [
    "liveness-statement",
    "p.m:2:26: liveness is a property of all runs: it stands at the top level, not within a rule or a function",
    '  startstate begin x := 0; liveness "l" x = 0; end;\n                           ^',
  ],
  [
    "loop-direction",
    "p.m:2:22: this is a loop from 3 to 0 in steps of 1, which has no end",
    "  startstate begin for i := 3 to 0 do x := 0; end; end;\n                       ^",
  ],
  [
    "loop-step",
    "p.m:2:22: this is a loop in steps of 0, which has no end",
    "  startstate begin for i := 0 to 3 by 0 do x := 0; end; end;\n                       ^",
  ],
  ["missing-end", 'p.m:3:1: expected a statement or "end" or "endstartstate", not the end of the file', "  \n  ^"],
  [
    "missing-expression",
    'p.m:2:23: expected an expression, not ";"',
    "  startstate begin x := ; end;\n                        ^",
  ],
  [
    "negated-boolean",
    "p.m:2:35: what - is applied to is a number, not a boolean",
    "  startstate begin b := true; x := -b; end;\n                                    ^",
  ],
  [
    "not-number",
    "p.m:3:7: what ! is applied to is a boolean, not the range 0 .. 1",
    "  rule !x ==> begin x := 1; end;\n        ^",
  ],
  [
    "order-of-enum",
    "p.m:4:6: the left side of < is a number, not the enum of P, Q",
    "  rule a < Q ==> begin a := Q; end;\n       ^",
  ],
  [
    "order-of-scalarset",
    "p.m:4:28: the left side of < is a number, not the scalarset S",
    "  ruleset i: S; j: S do rule i < j ==> begin s := i; end; end;\n                             ^",
  ],
  [
    "procedure-as-value",
    "p.m:3:23: p is a procedure, and returns nothing that could be used here",
    "  startstate begin x := p(); end;\n                        ^",
  ],
  [
    "range-exchanged",
    "p.m:1:8: the range 3 .. 0 has no values: its bounds are exchanged",
    "  var x: 3 .. 0;\n         ^",
  ],
  [
    "range-not-constant",
    "p.m:1:24: the upper bound of a range is a constant, and x is none",
    "  var x: 0 .. 3; y: 0 .. x;\n                         ^",
  ],
  [
    "real-number",
    "p.m:2:23: real numbers are not supported: states are compared exactly, and two computations of one real number may differ; use a range of integers",
    "  startstate begin x := 1.5; end;\n                        ^",
  ],
  [
    "real",
    "p.m:1:8: real numbers are not supported: states are compared exactly, and two computations of one real number may differ; use a range of integers",
    "  var x: real;\n         ^",
  ],
  [
    "record-twice",
    'p.m:1:26: this record has the field "a" twice',
    "  var r: record a: 0 .. 1; a: boolean; end;\n                           ^",
  ],
  [
    "return-in-rule",
    "p.m:2:33: a startstate returns no value",
    "  startstate begin x := 0; return 1; end;\n                                  ^",
  ],
  [
    "return-type",
    "p.m:2:36: this function returns the range 0 .. 3, not a boolean",
    "  function f(): 0 .. 3; begin return true; end;\n                                     ^",
  ],
  [
    "return-without-value",
    "p.m:2:29: a function returns a value, which is missing here",
    "  function f(): 0 .. 3; begin return; end;\n                              ^",
  ],
  [
    "ruleset-not-constant",
    "p.m:3:9: the values of a ruleset are constants: they are the same in every state",
    "  ruleset i := 0 to x do rule begin x := i; end; end;\n          ^",
  ],
  ["scalarset-empty", "p.m:1:9: a scalarset has at least one member, not 0", "  type S: scalarset(0);\n          ^"],
  [
    "stray-character",
    'p.m:2:25: no token begins with "#" (U+0023)',
    "  startstate begin x := 0 # 1; end;\n                          ^",
  ],
  [
    "switch-case",
    "p.m:2:40: this switch is over the range 0 .. 1, and true is a boolean",
    "  startstate begin x := 0; switch x case true: x := 1; end; end;\n                                         ^",
  ],
  [
    "switch-record",
    "p.m:2:25: a switch is over a simple value, not over a record",
    "  startstate begin switch r case 0: r.a := 0; end; end;\n                          ^",
  ],
  [
    "unknown-function",
    'p.m:2:23: there is no function "f" here',
    "  startstate begin x := f(1); end;\n                        ^",
  ],
  [
    "unknown-name",
    'p.m:2:23: there is no variable or constant "z" here; did you mean x?',
    "  startstate begin x := z; end;\n                        ^",
  ],
  ["unknown-type", 'p.m:1:8: there is no type "Colour" here', "  var x: Colour;\n         ^"],
  [
    "use-before-declaration",
    'p.m:1:18: there is no variable or constant "x" here',
    "  startstate begin x := 0; end;\n                   ^",
  ],
  [
    "var-argument-range",
    "p.m:3:20: the parameter v of p is the range 0 .. 3, and a var must be the same, not the range 0 .. 4",
    "  startstate begin p(x); end;\n                     ^",
  ],
  [
    "var-argument",
    "p.m:3:20: the parameter v of p is a var, so that 2 must be a variable that may be assigned to",
    "  startstate begin p(2); x := 0; end;\n                     ^",
  ],
  ["variable-twice", 'p.m:1:16: "x" is declared twice', "  var x: 0 .. 1; x: boolean;\n                 ^"],
  [
    "wrong-type",
    "p.m:2:26: b is a boolean, and x is the range 0 .. 3",
    "  startstate begin x := 0; b := x; end;\n                           ^",
  ],
];

test.each(errors)("refuses %s with its place", (model, sentence, shown) => {
  // Without the first line, which says what rumur says, so that the lines are those of the model itself.
  const text = readModel(`refused-${model}.m`).replace(/^-- .*\n/, "");
  expect(() => murphiModel(text, "p.m")).toThrow(new LoadError(`${sentence}\n${shown}`));
});

test("every model that is refused is told why here", () => {
  const refused = modelFiles.filter((file) => file.startsWith("refused-"));
  expect(errors.map(([model]) => `refused-${model}.m`).sort()).toEqual(refused.sort());
});

/** What only CMurphi's language has, and what rumur has no models for. */
const HEAD = "type Node: scalarset(2); Home: enum { H }; Any: union { Node, Home };\n";
const others: readonly (readonly [text: string, sentence: RegExp])[] = [
  ["var x: 0 .. 010;", /p\.m:1:13: 010 is octal in rumur and decimal in CMurphi; write it without the 0 in front/],
  ["var x: 0 .. 08;", /08 is octal in rumur/],
  [`${HEAD}type u: union { Node, Node };`, /two parts of this union share a member/],
  [`${HEAD}type u: union { Node, 0 .. 1 };`, /a union is made of scalarsets and enums, not of the range 0 \.\. 1/],
  [`${HEAD}type u: union { };`, /a union has at least one part/],
  [`${HEAD}var n: multiset [2] of multiset [1] of Node;`, /a multiset within a multiset is not supported/],
  [`${HEAD}var n: multiset [-1] of Node;`, /a multiset cannot hold -1 messages/],
  [
    `${HEAD}var n: multiset [1] of Node; startstate begin n[H] := H; end;`,
    /a multiset is indexed by a name that choose has bound/,
  ],
  [`${HEAD}var n: Node; startstate begin MultiSetAdd(H, n); end;`, /n is the scalarset Node, not a multiset/],
  [
    `${HEAD}var n: multiset [1] of Node; startstate begin MultiSetAdd(H, n); end;`,
    /this multiset holds the scalarset Node, not the enum of H/,
  ],
  [
    `${HEAD}var n: multiset [1] of Node; startstate begin MultiSetRemove(H, n); end;`,
    /H is no message of this multiset that choose has bound/,
  ],
  [`${HEAD}var n, m: multiset [1] of Node; startstate begin if n = m then end; end;`, /multisets cannot be compared/],
  [`${HEAD}var n: Node; choose m: n do rule begin end; end;`, /choose is from a multiset, not from the scalarset Node/],
  [
    `${HEAD}var n: multiset [1] of Node; choose m: n do invariant n[m] = n[m]; end;`,
    /a property within choose is not supported/,
  ],
  [`${HEAD}var b: boolean; startstate begin b := ismember(b, Node); end;`, /a boolean is never in the scalarset Node/],
  [
    "var x: 0 .. 3; startstate begin x := 0; end; rule x ==> begin x := 1; end;",
    /p\.m:1:51: the guard of a rule is a boolean, not the range 0 \.\. 3/,
  ],
  [
    "var x: 0 .. 3; rule begin x := 1; end;",
    /p\.m:1:1: this file has no startstate, so that there is no state to begin with/,
  ],
  [
    `${HEAD}type Other: scalarset(2); var a: Node; b: Other; startstate begin a := b; end;`,
    /a is the scalarset Node, and b is the scalarset Other/,
  ],
];

test.each(others)("refuses %j", (text, sentence) => {
  expect(() => murphiModel(text, "p.m")).toThrow(sentence);
  expect(() => murphiModel(text, "p.m")).toThrow(LoadError);
});
