/** A described model searched in many ways, and everything that differs from what the plain interpreter says. */
import { AuthorError } from "../../../checker/errors.js";
import { Instance } from "../../../checker/model/instance.js";
import type { Outcome } from "../../../checker/search/outcome.js";
import { cycleLengthOf, lengthOf } from "../../../traces/trace.js";
import { nameOfWay, REDUCED, type Searched, searchBy, type Way } from "../search-ways.js";
import { modelOf } from "./described-model.js";
import { type Description, isLivenessOf, type SetName } from "./description.js";
import { countsOf, type PlainCounts, type PlainGraph } from "./plain-graph.js";
import { asymmetryOf, orbitsOf, type PlainOrbits } from "./plain-symmetry.js";
import { wrongWithTrace } from "./plain-trace.js";
import { type PlainVerdict, verdictsOf } from "./plain-verdicts.js";
import type { Asymmetry } from "./random-description.js";

export interface Difference {
  readonly way: string;
  /** What differs: `distinct`, `verdict of invariant 1`. */
  readonly what: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What came of a model in all ways that were tried. */
export interface Judgement {
  readonly differences: readonly Difference[];
  /**
   * Whether, and how, popcheck has said that the model tells members apart; undefined if it was not asked to reduce.
   */
  readonly told: string | undefined;
  readonly spilled: number;
  readonly resumed: number;
}

export class Judge {
  private readonly verdicts: ReadonlyMap<string, PlainVerdict>;
  private readonly counts: PlainCounts;
  private readonly orbits = new Map<string, PlainOrbits | undefined>();
  private readonly asymmetries = new Map<SetName, string | undefined>();

  /** @param asymmetry how the model may tell members apart; undefined if it treats them all alike */
  constructor(
    private readonly of: Description,
    private readonly graph: PlainGraph,
    private readonly asymmetry: Asymmetry | undefined,
  ) {
    this.verdicts = verdictsOf(graph);
    this.counts = countsOf(graph);
  }

  /** @param stopAfter returns after how many states a search is to be interrupted, of so many */
  judge(ways: readonly Way[], stopAfter: (states: number) => number): Judgement {
    const model = modelOf(this.of);
    const differences: Difference[] = [];
    let told: string | undefined;
    let [spilled, resumed] = [0, 0];
    for (const way of ways) {
      const searched = this.searched(() =>
        searchBy(() => new Instance(model), way, stopAfter(this.graph.states.length), this.auditOf(way)),
      );
      // What depends on the order of a set is no function of the set: that may be said without reduction, too.
      const mayDiffer = this.asymmetry === "order of a set" || (this.asymmetry !== undefined && way.symmetry);
      if ("told" in searched) {
        told = searched.told;
        if (!mayDiffer) differences.push({ way: nameOfWay(way), what: "threw", expected: "nothing", actual: told });
        continue;
      }
      if ("defect" in searched) {
        const what = mayDiffer && searched.defect.startsWith("Disagreement") ? NOT_TOLD : "defect";
        differences.push({ way: nameOfWay(way), what, expected: "nothing", actual: searched.defect });
        continue;
      }
      if (searched.spilled) spilled++;
      if (searched.resumed) resumed++;
      differences.push(...this.differences(way, searched));
    }
    return { differences, told, spilled, resumed };
  }

  /** Audits take most of the time, and say the same in all ways: of a symmetric model one way has one. */
  private auditOf(way: Way): { readonly audit?: number } {
    return this.asymmetry !== undefined || way === REDUCED ? {} : { audit: HARDLY_ANY };
  }

  private searched(search: () => Searched): Searched | { told: string } | { defect: string } {
    try {
      return search();
    } catch (error) {
      if (error instanceof AuthorError) return { told: error.message };
      const { name, message, stack } = error as Error;
      return { defect: `${name}: ${message}\n${stack?.split("\n").slice(1, 6).join("\n")}` };
    }
  }

  private differences(way: Way, { outcome, spilled }: Searched): Difference[] {
    const found: Difference[] = [];
    const compare = (what: string, expected: unknown, actual: unknown) => {
      if (JSON.stringify(expected) !== JSON.stringify(actual))
        found.push({ way: nameOfWay(way), what, expected, actual });
    };
    const sets = outcome.symmetry.sets.map((name) => name.toUpperCase() as SetName);
    if (this.asymmetry !== undefined) {
      const missed = sets.map((set) => this.asymmetryIn(set)).find((reason) => reason !== undefined);
      // Counts and verdicts then mean nothing.
      if (missed !== undefined)
        return [{ way: nameOfWay(way), what: NOT_TOLD, expected: missed, actual: "nothing told" }];
      // The order of a set depends on how it came about, so that the two semantics differ.
      if (this.asymmetry === "order of a set") return [];
    }
    const orbits = this.orbitsUnder(sets);
    if (orbits === undefined) {
      compare(NOT_TOLD, `states that are renamings of reachable ones are reachable (${sets})`, "they are not");
      return found;
    }
    const counts = sets.length === 0 ? this.counts : countsOf(this.graph, orbits.first);
    this.compareCounts(way, outcome, counts, compare);
    const undecided = way.store === "fingerprint" || spilled;
    const hasLiveness = this.of.properties.some(isLivenessOf);
    compare("incomplete", undecided && hasLiveness, outcome.incomplete !== undefined);
    this.compareVerdicts(way, outcome, undecided, compare);
    return found;
  }

  private compareCounts(way: Way, outcome: Outcome, counts: PlainCounts, compare: Compare): void {
    compare("distinct", counts.distinct, outcome.distinct);
    compare("generated", counts.generated, outcome.generated);
    const fired = (of: Readonly<Record<string, number>>) => Object.entries(of).sort();
    compare("fired", fired(counts.fired), fired(outcome.fired));
    const { levels, outDegrees } = outcome.statistics!;
    compare("out-degrees", asListed(counts.outDegrees), asListed(outDegrees));
    if (way.search === "dfs") return;
    compare("depth", counts.depth, outcome.depth);
    compare("levels", counts.levels, levels);
  }

  private compareVerdicts(way: Way, outcome: Outcome, undecided: boolean, compare: Compare): void {
    for (const property of this.of.properties) {
      const { name } = property;
      const expected = this.verdicts.get(name)!;
      const actual = outcome.properties.find((each) => each.name === name)!;
      const isLively = isLivenessOf(property);
      compare(`verdict of ${name}`, isLively && undecided ? "incomplete" : expected.verdict, actual.verdict);
      if (expected.unmet) compare(`unmet of ${name}`, expected.unmet, actual.goals?.unmet);
      if (actual.verdict !== "violated" || property.kind === "reachable") continue;
      const { trace } = actual;
      // Fingerprints may have forgotten the way.
      if (trace === undefined) compare(`trace of ${name}`, "one", way.store === "fingerprint" ? "one" : "none");
      if (trace === undefined) continue;
      compare(`trace of ${name}`, undefined, wrongWithTrace(this.graph, property, trace));
      if (way.search === "bfs" && cycleLengthOf(trace) === undefined)
        compare(`length of ${name}`, expected.length, lengthOf(trace));
    }
  }

  private orbitsUnder(sets: readonly SetName[]): PlainOrbits | undefined {
    const key = sets.join();
    if (!this.orbits.has(key)) this.orbits.set(key, orbitsOf(this.graph, sets));
    return this.orbits.get(key);
  }

  private asymmetryIn(set: SetName): string | undefined {
    if (!this.asymmetries.has(set)) this.asymmetries.set(set, asymmetryOf(this.graph, set));
    return this.asymmetries.get(set);
  }
}

/** One state in so many is audited. */
const HARDLY_ANY = 1_000_000;

/** What differs if a model that tells members apart is reduced as if it did not. */
export const NOT_TOLD = "asymmetry";

type Compare = (what: string, expected: unknown, actual: unknown) => void;

/** The most next states that are counted by themselves: the last entry of popcheck's list is for as many or more. */
const MOST_LISTED = 63;

function asListed(counts: readonly number[]): readonly number[] {
  const listed = counts.slice(0, MOST_LISTED);
  const rest = counts.slice(MOST_LISTED).reduce((a, b) => a + b, 0);
  return [...listed, rest].slice(0, [...listed, rest].findLastIndex((count) => count > 0) + 1);
}
