/**
 * What is surely written, along the statements of a rule or a function. A place that is read, or that a startstate
 * leaves, without having been written surely may hold the undefined value; all others need no check when they are read.
 */
import type { Place, StateVariable } from "./code.js";
import type { Doing, Path } from "./env.js";
import type { Pass } from "./pass.js";
import { leavesOfPlace, pathOf } from "./paths.js";
import { leavesOf, type SimpleTarget } from "./target-types.js";

/** Whose statements they are. */
export type FlowOf = "rule" | "startstate" | "function";

export class Flow {
  private written: readonly Path[] = [];
  /** Whether what follows never runs. */
  private isDead = false;
  /** What is surely written at each return. */
  private readonly returns: (readonly Path[])[] = [];

  constructor(
    private readonly pass: Pass,
    private readonly of: FlowOf,
    private readonly does: Doing,
  ) {}

  read(place: Place): void {
    for (const { path, slot } of leavesOfPlace(place)) {
      if (this.isDead || this.covers(path)) continue;
      if (path[0]!.startsWith("local ") || this.of === "startstate") this.pass.mark(slot);
      if (path[0]!.startsWith("state ")) this.does.reads.push({ path, slot });
    }
  }

  write(place: Place): void {
    const path = pathOf(place);
    if (path !== undefined && !path.some((step) => step.startsWith("[?:"))) this.surely(path);
  }

  surely(path: Path): void {
    if (!this.covers(path)) this.written = [...this.written, path];
  }

  /** Notes that a function is called, with what its parameters stand for. */
  called(does: Doing, substitute: ReadonlyMap<string, string>): void {
    const meant = (path: Path) =>
      path.map((step) => {
        const index = /^\[(.*):(\d+)\]$/.exec(step);
        return index === null
          ? step
          : `[${substitute.get(index[1]!) ?? (/^[-\d"]/.test(index[1]!) ? index[1] : "?")}:${index[2]}]`;
      });
    for (const { path, slot } of does.reads) {
      const here = meant(path);
      if (this.isDead || this.covers(here)) continue;
      this.does.reads.push({ path: here, slot });
      if (this.of === "startstate") this.pass.mark(slot);
    }
    for (const path of does.surely) {
      const here = meant(path);
      if (!here.some((step) => step.startsWith("[?:"))) this.surely(here);
    }
  }

  /** Follows several ways, of which one is taken. */
  branches(ways: readonly (() => void)[]): void {
    const { written, isDead } = this;
    const ends = ways.map((way) => {
      this.written = written;
      this.isDead = isDead;
      way();
      return { written: this.written, isDead: this.isDead };
    });
    const alive = ends.filter((end) => !end.isDead);
    this.isDead = alive.length === 0;
    const [first = { written }, ...others] = alive;
    this.written = first.written.filter((path) => others.every((end) => covers(end.written, path)));
  }

  /** Follows the body of a loop over all values of a type, or of any other loop. */
  loop(body: () => void, over?: { readonly name: string; readonly type: SimpleTarget }): void {
    const { written, isDead } = this;
    body();
    const within = this.written;
    const hasEnded = this.isDead;
    this.written = written;
    this.isDead = isDead;
    if (over === undefined || hasEnded) return;
    const step = `[${over.name}:${over.type.id}]`;
    for (const path of within)
      if (path.includes(step)) this.surely(path.map((each) => (each === step ? "[*]" : each)));
      else if (!path.some((each) => each.startsWith("["))) this.surely(path);
  }

  /** Notes that the code ends here. */
  ends(isReturn: boolean): void {
    if (isReturn && !this.isDead) this.returns.push(this.written);
    this.isDead = true;
  }

  /** Returns what is surely written at the end. */
  atEnd(): readonly Path[] {
    const all = this.isDead ? this.returns : [...this.returns, this.written];
    const [first = [], ...others] = all;
    return first.filter((path) => others.every((paths) => covers(paths, path)));
  }

  /** Marks what a startstate leaves undefined. */
  markLeft(variables: readonly StateVariable[]): void {
    const written = this.atEnd();
    for (const { name, type, slot, sets } of variables)
      for (const leaf of leavesOf(type, slot)) {
        const path = [`state ${name}`, ...sets.map(() => "[*]"), ...leaf.steps];
        if (!covers(written, path)) this.pass.mark(leaf.slot);
      }
  }

  private covers(path: Path): boolean {
    return covers(this.written, path);
  }
}

function covers(written: readonly Path[], path: Path): boolean {
  return written.some(
    (each) =>
      each.length <= path.length &&
      each.every((step, i) => step === path[i] || (step === "[*]" && path[i]!.startsWith("["))),
  );
}
