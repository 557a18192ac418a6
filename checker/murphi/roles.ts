/**
 * Who takes a rule's step, and between whom messages go that do not say it: guessed from what the rules read and write.
 * The guard of a rule asks for what is its process's own. A rule that asks for a variable that is indexed by a process
 * is a step of that process; one that asks for a variable that is indexed by none, a step of the home.
 */
import type { SingleProcess } from "../model/process.js";
import type { Access } from "./accesses.js";
import type { CheckedRule } from "./check-file.js";
import type { GlobalCell } from "./global-cells.js";
import type { ProcessesByValue } from "./process-types.js";

/** Who takes a step: a single process, or the process that a name of the rule is bound to. */
export type Actor = SingleProcess | string;

/** One end of messages: a single process, the process that indexes the place, or nobody that is known. */
export type Role = SingleProcess | "index" | undefined;

/** What is known of a part of a variable, by its words. */
interface Part {
  /** Of each array on the way: whether processes index it. */
  readonly isByProcess: boolean[];
  isMessage: boolean;
}

export class Roles {
  private readonly parts = new Map<string, Part>();
  private readonly actors = new Map<CheckedRule, Actor | undefined>();

  /**
   * @param accesses what each rule accesses
   * @param owned the single processes that the user has said to own a variable, by the variable
   * @param home whose the variables are that no process indexes and that are nobody's else
   */
  constructor(
    private readonly accesses: ReadonlyMap<CheckedRule, readonly Access[]>,
    cells: readonly GlobalCell[],
    private readonly processes: ProcessesByValue,
    private readonly owned: ReadonlyMap<string, SingleProcess>,
    private readonly home: SingleProcess | undefined,
  ) {
    for (const cell of cells) this.note(cell);
    for (const [rule, all] of accesses) this.actors.set(rule, this.guessedActor(rule, all));
  }

  private note({ words, indices, message }: GlobalCell): void {
    const names = words.split(".");
    names.forEach((_, i) => {
      const key = names.slice(0, i + 1).join(".");
      const part = this.parts.get(key) ?? { isByProcess: [], isMessage: true };
      this.parts.set(key, part);
      if (message === undefined) part.isMessage = false;
      indices.forEach(({ type }, depth) => {
        part.isByProcess[depth] = (part.isByProcess[depth] ?? false) || this.processes.has(type);
      });
    });
  }

  /** Returns who takes the steps of a rule; undefined if that is not known. */
  actorOf(rule: CheckedRule): Actor | undefined {
    return this.actors.get(rule);
  }

  private guessedActor(rule: CheckedRule, all: readonly Access[]): Actor | undefined {
    const inGuard = all.filter(({ isInGuard }) => isInGuard);
    const guard = known(this.ownersIn(rule, inGuard));
    const singles = guard.filter((owner) => typeof owner !== "string");
    if (guard.length > 0) return theOnlyOf(singles.length > 0 ? singles : guard);
    // A guard that asks only for messages says nothing of who acts: all that the rule accesses does, if all is known.
    const owners = this.ownersIn(rule, all);
    return owners.has(undefined) ? undefined : theOnlyOf(known(owners));
  }

  /** Returns whose the variables are that accesses are of; undefined is among them if that is not known of some. */
  private ownersIn(rule: CheckedRule, accesses: readonly Access[]): ReadonlySet<Actor | undefined> {
    const own = accesses.filter(({ words }) => this.parts.get(words)?.isMessage === false);
    return new Set(own.map((access) => this.ownerOf(rule, access)));
  }

  private ownerOf(rule: CheckedRule, { words, indices }: Access): Actor | undefined {
    const depth = this.parts.get(words)!.isByProcess.indexOf(true);
    if (depth < 0) return this.owned.get(words.replace(/\..*$/s, "")) ?? this.home;
    const name = indices[depth];
    if (name === undefined) return undefined;
    return this.isBoundToProcess(rule, name) ? name : this.processes.named(name);
  }

  /** Tells whether a name is one that a ruleset around a rule binds to a process, and the only one of its name. */
  private isBoundToProcess({ binders }: CheckedRule, wanted: string): boolean {
    const found = binders.filter((of) => of.kind !== "alias" && of.name === wanted);
    const [only] = found;
    return found.length === 1 && only?.kind === "quantifier" && this.processes.has(only.of.type);
  }

  /**
   * Returns who sends into the places of messages with some words, and who takes messages out, as far as all rules that
   * do so agree.
   * @param command the words of the command, if the places are records
   * @param empty the value of the command that is no message
   */
  endsOf(words: string, command: string | undefined, empty: string | null): { readonly from: Role; readonly to: Role } {
    const senders = new Set<Role | "others">();
    const receivers = new Set<Role | "others">();
    for (const [rule, all] of this.accesses) {
      const actor = this.actors.get(rule);
      if (actor === undefined) continue;
      for (const access of all) {
        if (access.does === "read" || ![words, command].includes(access.words)) continue;
        const isTaken = access.does === "undefine" || (empty !== null && access.value === empty);
        const role = typeof actor !== "string" ? actor : access.indices.includes(actor) ? "index" : "others";
        (isTaken ? receivers : senders).add(role);
      }
    }
    const [from, to] = [senders, receivers].map(theOnly);
    // What processes send, and nobody is seen to take, is for the home; and the other way round.
    return {
      from: from ?? (senders.size === 0 ? this.opposite(to) : undefined),
      to: to ?? (receivers.size === 0 ? this.opposite(from) : undefined),
    };
  }

  private opposite(role: Role): Role {
    return role === undefined ? undefined : role === "index" ? this.home : "index";
  }
}

function known(owners: ReadonlySet<Actor | undefined>): readonly Actor[] {
  return [...owners].filter((owner) => owner !== undefined);
}

function theOnlyOf(owners: readonly Actor[]): Actor | undefined {
  return owners.length === 1 ? owners[0] : undefined;
}

function theOnly(roles: ReadonlySet<Role | "others">): Role {
  const [only] = roles;
  return roles.size !== 1 || only === "others" ? undefined : only;
}
