/**
 * Whatever is quoted from the paper stands in it, in the section that is named; and every sentence of the model that
 * cites a section has words of that section that say so.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../checker/errors.js";
import { resolveParameters } from "../../checker/model/model.js";
import type { Parameter } from "../../checker/model/parameters.js";
import { inPackage } from "../../checker/package.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { Options } from "../../spec/popcorn/options.js";
import {
  Paper,
  type Prose,
  proseOfMarkdown,
  proseOfMurphi,
  proseOfTypeScript,
  questionOf,
  quotationsIn,
  sectionsCited,
} from "./quotations.js";

const DATA = "test/spec/paper-quotations.json";
const PAPER = "../shared/paper.txt";

interface Place {
  readonly section: string;
  readonly quote: string;
}

/**
 * What a sentence of the model rests on: words of the sections it cites, or an open question, or nothing that the paper
 * says.
 */
interface Entry {
  readonly says: string;
  readonly paper?: readonly Place[];
  readonly question?: number;
  readonly own?: string;
  /** What the words do not say themselves. */
  readonly note?: string;
}

interface Data {
  readonly title: string;
  readonly sections: Readonly<Record<string, string>>;
  readonly notQuotations: readonly { readonly words: string; readonly why: string }[];
  readonly quotations: readonly Place[];
  readonly says: readonly Entry[];
}

const read = (file: string) => readFileSync(inPackage(file), "utf8");
const data: Data = JSON.parse(read(DATA));
const json = (value: unknown) => JSON.stringify(value);

// What is committed

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: inPackage("."),
  encoding: "utf8",
}).split("\n");
const sources = files.filter((file) => /^(spec|invariants)\/popcorn\/.*\.ts$|^spec\/thread-migration\.ts$/.test(file));
const quoting = [
  ...sources,
  "test/twins/popcorn.m",
  "docs/findings.md",
  "docs/explanation/readings.md",
  "docs/explanation/optimizations.md",
  "docs/explanation/simulation.md",
  "docs/explanation/thread-migration.md",
];

const readers: Readonly<Record<string, (source: string) => Prose[]>> = {
  ".ts": proseOfTypeScript,
  ".m": proseOfMurphi,
  ".md": proseOfMarkdown,
};
const proseOf = (file: string) => readers[extname(file)]!(read(file)).map((prose) => ({ ...prose, file }));
const prose = quoting.flatMap(proseOf);
const own = sources.flatMap(proseOf);

// What the model says

/** The values to try of a parameter. */
function valuesOf(parameter: Parameter): readonly (string | number | boolean)[] {
  if (parameter.kind === "integer") return [parameter.min, parameter.max];
  return parameter.kind === "flag" ? [true, false] : parameter.kind === "choice" ? parameter.values : [];
}

/** Every stage, and every stage with any one other value of any one parameter. */
function instances(): Options[] {
  const { stage: stages, ...others } = popcorn.parameters;
  const changes = Object.entries(others).flatMap(([name, of]) => valuesOf(of).map((value) => ({ [name]: value })));
  return stages.values.flatMap((stage) =>
    [{}, ...changes].flatMap((change) => {
      try {
        return [resolveParameters(popcorn, { stage, ...change }) as unknown as Options];
      } catch (error) {
        // Options that contradict each other are no instance.
        if (error instanceof UsageError) return [];
        throw error;
      }
    }),
  );
}

function saidIn(options: Options): string[] {
  const { cells } = popcorn.table!(options);
  return [
    ...Object.values(cells).flatMap((row) => Object.values(row).map(({ says }) => says)),
    ...popcorn.actions(options).flatMap(({ says }) => says ?? []),
    ...popcorn.fairness!(options).map(({ says }) => says),
    ...popcornProperties(options).map(({ says }) => says),
  ];
}

const all = instances();
const abouts = Object.values(popcorn.parameters).map(({ about }) => about);
const citesAtHead = (text: string) => /^\d\.\d[^:]*: /.test(text) || questionOf(text) !== undefined;
const said = new Set([
  ...all.flatMap(saidIn),
  ...abouts.filter(citesAtHead),
  // What no instance above comes to.
  ...own.filter(({ kind, text }) => kind === "string" && citesAtHead(text)).map(({ text }) => text),
]);
const propertyNames = new Set(all.flatMap((options) => popcornProperties(options).map(({ name }) => name)));

// What is wrong

function isQuotation(quote: string): boolean {
  const otherwise = [data.title, ...data.notQuotations.map(({ words }) => words)];
  return !otherwise.includes(quote) && !propertyNames.has(quote);
}

/** Quotations that the data file has not, or has in another section; and those that do not end. */
function unknownQuotations(from: readonly (Prose & { file: string })[]): string[] {
  return from.flatMap(({ file, line, text }) => {
    if (text.split('"').length % 2 === 0)
      return [`${file}, in line ${line}: a quotation that does not end, or does not begin`];
    return quotationsIn(text)
      .filter(({ quote }) => isQuotation(quote))
      .filter(
        (found) => !data.quotations.some((known) => known.quote === found.quote && known.section === found.section),
      )
      .map(({ quote, section }) => {
        const where = `${file}, in the text that begins in line ${line}, quotes "${quote}"`;
        if (section === undefined) return `${where} and cites no section beside it: name the section`;
        return (
          `${where} from section ${section}: find these words in that section of ${PAPER}, and add to "quotations" of ${DATA}: ` +
          `${json({ section, quote })}; if they are not the paper's, add them to its "notQuotations", with the reason`
        );
      });
  });
}

/** What is wrong with what the data file has of a sentence, in words. */
function wrongWith(says: string): string[] {
  const [cited, question, entry] = [sectionsCited(says), questionOf(says), data.says.find((is) => is.says === says)];
  if (entry === undefined) return [`${json(says)} has no entry in ${DATA}. ${toAdd(says)}`];
  if (question !== undefined && entry.question !== question)
    return [`${json(says)} rests on question ${question}; its entry in ${DATA} must say "question": ${question}`];
  if (question !== undefined) return [];
  if (cited.length === 0)
    return entry.own ? [] : [`${json(says)} cites no section: its entry in ${DATA} must say why, in "own"`];
  const resting = [...new Set(entry.paper?.map(({ section }) => section))];
  if (json([...cited].sort()) === json(resting.sort())) return [];
  return [`${json(says)} cites ${cited.join(", ")}; its entry in ${DATA} has words of ${resting.join(", ") || "none"}`];
}

function toAdd(says: string): string {
  const [cited, question] = [sectionsCited(says), questionOf(says)];
  if (question !== undefined) return `Add to its "says": ${json({ says, question })}`;
  if (cited.length === 0)
    return `Add to its "says": ${json({ says, own: "<why it rests on no sentence of the paper>" })}`;
  const paper = cited.map((section) => ({ section, quote: `<the words of section ${section} that say so>` }));
  return (
    `Read section ${cited.join(" and ")} of ${PAPER}; if it says so, add to its "says": ${json({ says, paper })}; ` +
    `if it does not, cite the section that does, or the question (${json("question N: …")})`
  );
}

const questions = new Set(
  [...read("docs/explanation/readings.md").matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number)),
);

describe("what is quoted from the paper", () => {
  test("every quotation is known, with the section that is cited beside it", () => {
    expect(unknownQuotations(prose)).toEqual([]);
  });

  test("every quotation that is known is used, and so is every exception", () => {
    const used = prose.flatMap(({ text }) => quotationsIn(text));
    const unused = [
      ...data.quotations.filter(
        ({ section, quote }) => !used.some((is) => is.quote === quote && is.section === section),
      ),
      ...data.notQuotations.filter(({ words }) => !used.some(({ quote }) => quote === words)),
    ];
    expect(unused, `nothing quotes these: remove them from ${DATA}`).toEqual([]);
  });

  test("a changed word, another section and a missing one are seen", () => {
    const of = (text: string) =>
      unknownQuotations(proseOfTypeScript(`/** ${text} */`).map((is) => ({ ...is, file: "a.ts" })));
    expect(of('Section 4.3: "there is no global clock".')).toEqual([]);
    expect(of('Section 4.3: "there is no single clock".').join()).toContain(
      `{"section":"4.3","quote":"there is no single`,
    );
    expect(of('Section 4.4: "there is no global clock".').join()).toContain("from section 4.4");
    expect(of('Section 4.3: "there is no global clock.').join()).toContain("does not end");
    expect(of('It is said that "there is no global clock".').join()).toContain("cites no section");
  });
});

describe("what the model says", () => {
  test("every sentence that cites a section has words of it that say so", () => {
    expect([...said].flatMap(wrongWith)).toEqual([]);
  });

  test("every entry is of a sentence that the model says", () => {
    const gone = data.says.map(({ says }) => says).filter((says) => !said.has(says));
    expect(gone, `nothing says these any more: remove them from "says" of ${DATA}`).toEqual([]);
    expect(data.says.length, `a sentence has two entries in ${DATA}`).toBe(said.size);
  });

  test("the words are enough to say something", () => {
    const supports = data.says.flatMap(({ paper = [] }) => paper.map(({ quote }) => quote));
    expect(supports.filter((quote) => quote.split(" ").length < 4)).toEqual([]);
  });

  test("a sentence that is not known is told with what to add", () => {
    expect(wrongWith("4.9: a sentence of a section").join()).toContain(
      `{"section":"4.9","quote":"<the words of section 4.9`,
    );
    expect(wrongWith("question 3: a sentence").join()).toContain(`{"says":"question 3: a sentence","question":3}`);
    expect(wrongWith("a sentence").join()).toContain(`"own":`);
  });

  test("there is much of it", () => {
    expect(said.size).toBeGreaterThan(50);
    expect(all.length).toBeGreaterThan(300);
  });
});

describe("numbers", () => {
  test.each(sources)("%s cites sections that the paper has, and questions that are listed", (file) => {
    const texts = proseOf(file).map(({ text }) => text);
    const numbers = texts.flatMap((text) => [...text.matchAll(/question (\d+)/g)].map(([, number]) => Number(number)));
    expect(texts.flatMap(sectionsCited).filter((section) => !(section in data.sections))).toEqual([]);
    expect(numbers.filter((number) => !questions.has(number))).toEqual([]);
  });

  test("each option's question is listed", () => {
    const asked = abouts.flatMap((about) => /^(\d+): /.exec(about)?.[1] ?? []).map(Number);
    expect(new Set(asked)).toEqual(questions);
  });
});

const here = existsSync(inPackage(PAPER));
if (!here) console.warn(`${PAPER} is not here: no quotation is compared with the paper`);

describe.runIf(here)(`the paper, if it is there as ${PAPER}`, () => {
  const paper = new Paper(here ? read(PAPER) : "");
  const places = [...data.quotations, ...data.says.flatMap((entry) => entry.paper ?? [])];

  test("it has every quotation, in the section that is named", () => {
    const wrong = places
      .filter(({ section, quote }) => !paper.has(section, quote))
      .map(({ section, quote }) => {
        const elsewhere = paper.placesOf(quote).join(", ");
        return `"${quote}" of ${DATA} is not in section ${section}, but ${elsewhere ? `in ${elsewhere}` : "nowhere"}`;
      });
    expect(wrong).toEqual([]);
  });

  test("it has the title and the sections that are recorded", () => {
    expect(paper.title).toBe(data.title);
    expect(paper.headings).toEqual(data.sections);
  });

  test("what it does not say is not found", () => {
    const changed = places.map(({ section, quote }) => ({
      section,
      quote: `${quote.slice(0, -4)}x${quote.slice(-3)}`,
    }));
    expect(changed.filter(({ section, quote }) => paper.has(section, quote))).toEqual([]);
    expect(data.notQuotations.filter(({ words }) => paper.placesOf(words).length > 0)).toEqual([]);
  });
});

describe("reading", () => {
  test("comments and strings of TypeScript are told from code", () => {
    const source = [
      'import { a } from "./a.js";',
      "// one",
      '  // and "two"',
      'const b = a("it \\"is\\"", `x §{c.map((d) => `§{d}, "e"`).join(", ")} y`); /* three */',
      "/**",
      " * four",
      " * and five",
      " */",
    ]
      .join("\n")
      // A template string with code in it, which is none here.
      .replaceAll("§", "$");
    expect(proseOfTypeScript(source).map(({ line, text }) => `${line} ${text}`)).toEqual([
      "1 ./a.js",
      '2 one and "two"',
      '4 it "is"',
      '4 …, "e"',
      "4 ,",
      "4 x … y",
      "4 three",
      "5 four and five",
    ]);
  });

  test("comments of Murphi, and paragraphs without code", () => {
    expect(proseOfMurphi("-- one\n-- two\nx; -- three\n-- four").map(({ text }) => text)).toEqual([
      "one two",
      "three",
      "four",
    ]);
    const page = 'one "a `b "c"`\nd"\n\n    code "e"\n\n- two\n- three\n\n```\nfour\n```\n';
    expect(proseOfMarkdown(page).map(({ line, text }) => `${line} ${text}`)).toEqual([
      '1 one "a d"',
      "6 - two",
      "7 - three",
    ]);
  });

  test("the section of a quotation is the last one before it, or the first one after it", () => {
    expect(quotationsIn('4.2: "a ... b" and, 4.7a or not, section 4.3\'s “c 1.1 d” (4.4)')).toEqual([
      { quote: "a … b", section: "4.2" },
      { quote: "c 1.1 d", section: "4.3" },
    ]);
    expect(quotationsIn('"a" (4.1), and 4.5')).toEqual([{ quote: "a", section: "4.1" }]);
  });

  test("words of a paper are found over pages, figures and emphasis, whole and in order", () => {
    const paper = new Paper(
      "A Title\n\n4. FIRST\n\nThe *Copy*s of an ac-\n\n \n\nFigure 1: A state.\n\ntion, “so”.\n\n4.1 Second\n\nNo ac-tion.",
    );
    expect(paper.headings).toEqual({ 4: "FIRST", 4.1: "Second" });
    for (const quote of ["the Copys of an action", "The … action", 'action, "so".', "a state"]) {
      expect(paper.placesOf(quote), quote).toEqual(["4"]);
    }
    for (const quote of ["the Copy", "action … The", "No action", "copys Of"])
      expect(paper.placesOf(quote)).toEqual([]);
  });
});
