/**
 * The symmetry check: whether a function treats the members of the reduced scalarsets alike. It is made for every run
 * that is remembered, and decides; it does not sample.
 *
 * Let F(b, s) be what a function comes to with binding (and message) b in state s. Symmetry reduction looks at one
 * state of each orbit, and so needs F(πb, πs) = πF(b, s) for every renaming π and every state s that is looked at. A
 * run of F in s reads part of s, and stands for all states that agree on that part. So F is run with every πb in every
 * πs too: what it comes to must be the renamed outcome, and what it reads, renamed back, is added to the reads of the
 * run. The run then stands only for states that agree on all of that, in which the renamed runs come to the same as
 * well.
 *
 * With several sets, a renaming is one of the members of all of them at once.
 *
 * Few of the renamings need a run of their own where nothing that was read tells some members apart; and there are at
 * most 40,320 renamings at all, as many as eight members have.
 */
import { FunctionError, Thrown } from "../errors.js";
import type { Interchangeable } from "../model/interchangeable.js";
import { nameOf } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";
import { format, keyOf, notAValue, wrongIn } from "../model/value.js";
import type { AtomDomain } from "./atoms.js";
import type { Families } from "./intern.js";
import type { Observed, RenamedFunction, RunOutcome } from "./observed.js";
import { keyOfOutcome, sayOutcome } from "./outcome-text.js";
import type { Read, Recorder } from "./recorder.js";
import { RenamedRecorder, Renaming } from "./renamed-recorder.js";

/**
 * How often a function is run again before it is said not to treat members alike: one that counts its calls, or rolls
 * dice, differs from itself by then.
 */
const RERUNS = 64;

/** The most renamings that are kept. */
const MOST_KEPT = 720;

/** A run of a function on a row. */
interface Run<Event> {
  readonly observed: Observed<Event>;
  readonly row: Uint16Array;
  readonly recorder: Recorder;
  readonly outcome: RunOutcome<Event>;
}

export class SymmetryCheck<Event> {
  /** How often functions were run to compare them with themselves. */
  runs = 0;
  private readonly recorder: RenamedRecorder;
  private readonly kept = new Map<string, Renaming>();
  private readonly identity: Renaming;
  private readonly functions = new Map<Observed<Event>, Map<Renaming, RenamedFunction<Event>>>();
  /** By classes of members: the renamings in which those of a class keep their order, as lists of where each goes. */
  private readonly arranged = new Map<string, readonly (readonly number[])[]>();

  /** @param members the members that the search takes for interchangeable */
  constructor(
    private readonly families: Families,
    private readonly members: Interchangeable,
  ) {
    this.identity = this.renaming(members.identity);
    this.recorder = new RenamedRecorder(families, this.identity);
  }

  /**
   * Compares a run with its renamings, and returns the reads of all of them: those of the run, then the others.
   * @param reads what the run has read
   * @throws FunctionError if the function is impure, or does not treat the members alike
   */
  check(run: Run<Event>, reads: readonly Read[]): readonly Read[] {
    const all = [...reads];
    this.compare(run, this.identity, all);
    const done = new Set<string>();
    for (let before = -1; before < all.length; ) {
      before = all.length;
      for (const to of this.representatives(run, all)) {
        const key = to.join();
        if (done.has(key)) continue;
        done.add(key);
        this.compare(run, this.renaming(to), all);
      }
    }
    return all;
  }

  /** Runs the function under `renaming`, compares, and adds what it has read to `all`. */
  private compare(run: Run<Event>, renaming: Renaming, all: Read[]): void {
    const found = this.found(run, renaming);
    for (const read of this.recorder.reads)
      if (!all.some(({ column, domain }) => column === read.column && domain === read.domain)) all.push(read);
    if (this.isRenamed(run, renaming, found)) return;
    if (renaming !== this.identity) this.refuseImpure(run, all);
    throw this.error(run, renaming, this.found(run, renaming), all);
  }

  /** Runs a function that differs from its renaming again and again. @throws FunctionError if it differs from itself */
  private refuseImpure(run: Run<Event>, reads: readonly Read[]): void {
    for (let i = 0; i < RERUNS; i++) {
      const found = this.found(run, this.identity);
      if (!this.isRenamed(run, this.identity, found)) throw this.error(run, this.identity, found, reads);
    }
  }

  /** Runs the function under `renaming`, and returns what it came to; or says why it cannot be run. */
  private found({ observed, row }: Run<Event>, renaming: Renaming): RunOutcome<Event> | string {
    this.runs++;
    this.recorder.show(row, renaming);
    const found = attempt(observed.name, () => {
      const found = this.runRenamed(observed, renaming);
      if (typeof found !== "string" && found.kind === "steps") this.refuseWritten(observed, found.next);
      return found;
    });
    return found instanceof Thrown ? { kind: "threw", thrown: found } : found;
  }

  /** Whether `found` is what the outcome of the run is after `renaming`. */
  private isRenamed(
    { recorder: original, outcome }: Run<Event>,
    renaming: Renaming,
    found: RunOutcome<Event> | string,
  ): boolean {
    if (typeof found === "string") return false;
    if (isBare(outcome) || isBare(found)) return isBare(outcome) && isBare(found);
    return keyOfOutcome(this.recorder, found, this.identity) === keyOfOutcome(original, outcome, renaming);
  }

  /** Refuses what no variable may hold, as is done for the run that is compared. @throws FunctionError */
  private refuseWritten(observed: Observed<Event>, next: readonly AnyState[]): void {
    const { recorder } = this;
    for (const { written } of next) {
      for (const [slot, value] of written) {
        const wrong = recorder.unrecorded(() => wrongIn(recorder.plain(recorder.changeOf(slot, value))));
        if (wrong !== undefined) throw notAValue(`${observed.name()} wrote`, wrong);
      }
    }
  }

  /** Runs the function with its binding and message renamed; or says why it cannot be run. */
  private runRenamed(observed: Observed<Event>, renaming: Renaming): RunOutcome<Event> | string {
    const renamed = this.functionAfter(observed, renaming);
    if (renamed === undefined) return "the model has no such binding";
    const { instance } = this.families;
    const state = instance.stateOver(this.recorder);
    const { takes } = observed;
    if (takes === undefined) return renamed.run(state, undefined);
    const slot = renaming.slotAfter[takes.slot]!;
    if (renamed.slot !== slot)
      return `it took its message from another channel than ${instance.layout.slots[slot]!.name}`;
    const message = renaming.valueOfAtom(takes.message);
    return renamed.run(state.write(slot, this.recorder.taken(slot, message)), message);
  }

  /** Returns the function with its binding renamed; undefined if the model has no such binding. */
  private functionAfter(observed: Observed<Event>, renaming: Renaming): RenamedFunction<Event> | undefined {
    let known = this.functions.get(observed);
    if (known === undefined) {
      known = new Map();
      this.functions.set(observed, known);
    }
    const renamed = known.get(renaming) ?? observed.renamed(renaming.value);
    if (renamed) known.set(renaming, renamed);
    return renamed;
  }

  /**
   * Yields renamings that stand for all: one for each class of those that differ only by exchanges of members that
   * neither the binding, nor the message, nor what was read tells apart, and such exchanges, which generate all of
   * them. For if the outcome stays the same under an exchange σ, as the run does, F(πσs) = F(πs) = πF(s) = πσF(s).
   */
  private *representatives({ observed, row }: Run<Event>, reads: readonly Read[]): Generator<readonly number[]> {
    const classes = this.classes(observed, row, reads);
    for (const [member, of] of classes.entries())
      if (classes.indexOf(of) < member) yield this.members.exchange(classes.indexOf(of), member);
    const key = classes.join();
    const all =
      this.arranged.get(key) ?? [...arranged(classes, this.members)].sort((a, b) => moved(a).length - moved(b).length);
    this.arranged.set(key, all);
    yield* all;
  }

  /** Returns, by member, the class of those that nothing tells apart; classes are numbered from zero. */
  private classes(observed: Observed<Event>, row: Uint16Array, reads: readonly Read[]): number[] {
    const classes: number[] = [];
    let count = 0;
    const { blockOf, size } = this.members;
    for (let member = 0; member < size; member++) {
      const alike = classes.findIndex(
        (_, other) => blockOf[other] === blockOf[member] && this.isAlike(observed, row, reads, other, member),
      );
      classes.push(alike < 0 ? count++ : classes[alike]!);
    }
    return classes;
  }

  private isAlike(
    { binding, takes }: Observed<Event>,
    row: Uint16Array,
    reads: readonly Read[],
    a: number,
    b: number,
  ): boolean {
    const exchange = this.renaming(this.members.exchange(a, b));
    if (Object.values(binding).some((value) => exchange.value(value) !== value)) return false;
    const { atoms } = this.families;
    if (takes && keyOf(exchange.valueOfAtom(takes.message)) !== keyOf(atoms.valueOf(takes.message))) return false;
    return reads.every(({ column, domain, id }) => {
      const other = reads.find((read) => read.domain === domain && read.column === exchange.columnAfter[column]);
      if (other === undefined) return false;
      const { interner } = domain;
      const renamed = isOfAtoms(domain)
        ? exchange.valueOfAtom(domain.atoms[id]!)
        : exchange.valueIn(this.families.ofColumn[column]!, row[column]!);
      const there = interner.valueOf(other.id);
      return renamed === there || keyOf(renamed) === keyOf(there);
    });
  }

  private renaming(to: readonly number[]): Renaming {
    const key = to.join();
    let renaming = this.kept.get(key);
    if (renaming === undefined) {
      renaming = new Renaming(this.families, this.members, to);
      if (this.kept.size < MOST_KEPT) this.kept.set(key, renaming);
    }
    return renaming;
  }

  private error(run: Run<Event>, renaming: Renaming, found: RunOutcome<Event> | string, reads: readonly Read[]) {
    const { observed, outcome, recorder } = run;
    const said = (of: RunOutcome<Event>) => sayOutcome(this.recorder, of, this.identity);
    const result = typeof found === "string" ? found : said(found);
    if (renaming === this.identity) {
      return new FunctionError(
        `${observed.name()} is not a pure function of the state: run twice on one state, it did different things.\n` +
          `  First ${sayOutcome(recorder, outcome, this.identity)}; then ${result}.\n` +
          "  Verdicts would depend on chance. Take clocks, random numbers and changing captured variables out of it.",
      );
    }
    const { layout } = this.families.instance;
    const state = reads.map((read) => {
      const { slot, field = "", question = field } = this.families.placeOf(read);
      const name = `${layout.slots[slot]!.name}${question === "" ? "" : `.${question}`}`;
      return `${name} = ${format(read.domain.interner.valueOf(read.id))}`;
    });
    return new FunctionError(
      `${observed.name()} does not treat the members of ${this.setsMovedBy(renaming)} alike, and symmetry reduction needs that.\n` +
        `  Where ${state.length === 0 ? "it reads nothing" : state.join(", ")}: ${sayOutcome(recorder, outcome, this.identity)}.\n` +
        `  With ${this.nameOf(renaming)}, it should come to: ${sayOutcome(recorder, outcome, renaming)};\n` +
        `  it came to: ${result}.\n` +
        "  Name no member, and do not choose by the order of members() or of a set: return a list of next states, one for each\n" +
        "  choice (chooseAny does). Or declare the set ordered, or check with --no-symmetry.",
    );
  }

  /** Returns the names of the sets of which a renaming moves members. */
  private setsMovedBy({ to }: Renaming): string {
    return [...new Set(moved(to).map((index) => this.members.blockOf[index]!.set.name))].join(" and ");
  }

  private nameOf({ to }: Renaming): string {
    const name = (index: number) => nameOf(this.members.members[index]!);
    const all = moved(to);
    if (all.length === 2) return `${all.map(name).join(" and ")} exchanged`;
    return all.map((index) => `${name(index)} renamed to ${name(to[index]!)}`).join(", ");
  }
}

/** Whether nothing but its kind is to be said of an outcome: an action was disabled, or a property held. */
function isBare(outcome: RunOutcome<unknown>): boolean {
  return outcome.kind === "disabled" && outcome.about === undefined;
}

/** Returns the indices that a renaming moves. A culprit is told by a renaming that moves few. */
function moved(to: readonly number[]): number[] {
  return to.flatMap((after, index) => (after === index ? [] : [index]));
}

function isOfAtoms(domain: object): domain is AtomDomain {
  return "atoms" in domain;
}

/**
 * Yields the renamings in which the members of a class keep their order, as lists of where each index goes; the
 * identity is one of them.
 */
function* arranged(classes: readonly number[], { blockOf }: Interchangeable): Generator<readonly number[]> {
  const to: number[] = [];
  const free = classes.map(() => true);
  const last: number[] = [];
  function* place(member: number): Generator<readonly number[]> {
    if (member === classes.length) {
      yield [...to];
      return;
    }
    const of = classes[member]!;
    const before = last[of];
    const { first, end } = blockOf[member]!;
    for (let index = before === undefined ? first : before + 1; index < end; index++) {
      if (!free[index]) continue;
      free[index] = false;
      to[member] = index;
      last[of] = index;
      yield* place(member + 1);
      free[index] = true;
    }
    if (before === undefined) delete last[of];
    else last[of] = before;
  }
  yield* place(0);
}
