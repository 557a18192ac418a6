/**
 * A model as a simulation drives it: which of its actions are accesses, which happen by themselves, and who sends and
 * receives the messages of each channel.
 */
import { isRecord } from "immutable";
import { UsageError } from "../errors.js";
import type { Access, Accesses } from "../model/accesses.js";
import type { Action } from "../model/action.js";
import type { ActionInstance } from "../model/bound.js";
import { Channel, Queue } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { type AnyEnd, isSingle, processAt, type SingleProcess } from "../model/process.js";
import { type IndexSet, type Member, nameOf } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, described, fieldsOf } from "../model/value.js";

export type AccessKind = "read" | "write";
export const ACCESS_KINDS: readonly AccessKind[] = ["read", "write"];

/** A slot that holds the messages in flight between two ends. */
export interface ChannelSlot {
  readonly slot: number;
  readonly isQueue: boolean;
  /** The actions that take its messages. */
  readonly receivers: readonly ActionInstance[];
  /** Returns the number of the process that sends a message; undefined if it is whoever takes the step. */
  readonly from: (message: unknown) => number | undefined;
  /** Returns the number of the process that receives a message. */
  readonly to: (message: unknown) => number;
  readonly kindOf: (message: unknown) => string;
}

type AnyAccesses = Accesses<AnyState, Member>;

export class DrivenModel {
  readonly accesses: AnyAccesses;
  /** The processes that run threads. Their numbers are their indices. */
  readonly threads: readonly Member[];
  /** The names of all processes, by number: first those that run threads. */
  readonly names: readonly string[];
  /** By slot: the channels. */
  readonly channels: ReadonlyMap<number, ChannelSlot>;
  /** The actions that happen as soon as they are enabled. */
  readonly internal: readonly ActionInstance[];
  private readonly numbers = new Map<unknown, number>();
  private readonly byKind: ReadonlyMap<AccessKind, readonly (readonly (readonly ActionInstance[])[])[]>;
  private readonly entering: readonly (readonly (readonly ActionInstance[])[])[];

  /** @throws UsageError for a model that does not say how it is driven, or that cannot be driven so */
  constructor(readonly instance: Instance) {
    const { model, parameters, layout } = instance;
    if (model.accesses === undefined)
      throw new UsageError(
        `${model.name} does not say how an application uses its page, and so cannot be simulated\n  Declare accesses (docs/reference/model.md).`,
      );
    this.accesses = checkedAccesses(model.accesses(parameters), model.name);
    this.threads = layout.membersOf(this.accesses.by);
    const names: string[] = [];
    for (const process of [...this.threads, ...this.others()] as readonly (Member | SingleProcess)[]) {
      this.numbers.set(process, names.length);
      names.push(isSingle(process) ? process.name : nameOf(process));
    }
    this.names = names;
    this.channels = this.channelSlots();
    this.internal = instance.actions.filter((action) => this.isInternal(action));
    this.byKind = new Map(ACCESS_KINDS.map((kind) => [kind, this.instancesOf(this.accesses[kind].actions, kind)]));
    this.entering = this.instancesOf(this.accesses.enter ?? [], "enter");
  }

  /** Tells whether an action happens as soon as it is enabled. */
  isInternal({ action, takes }: ActionInstance): boolean {
    return takes === undefined && !action.environment;
  }

  /** The kinds of message; undefined if not all receivers have tables. */
  get kinds(): readonly string[] | undefined {
    const receivers = [...this.channels.values()].flatMap((channel) => channel.receivers);
    const kinds = receivers.map(({ action }) => action.kinds?.all);
    return kinds.includes(undefined) ? undefined : [...new Set(kinds.flatMap((all) => all!))];
  }

  /** What the model declares of one kind of access. */
  access(kind: AccessKind): Access<AnyState> {
    return this.accesses[kind];
  }

  /** The actions of an access by a process, in the order in which it tries them: for each name its bindings. */
  actionsOf(kind: AccessKind, at: number): readonly (readonly ActionInstance[])[] {
    return this.byKind.get(kind)![at]!;
  }

  /** The actions by which a process begins to take part, in order: for each name its bindings. */
  enteringOf(at: number): readonly (readonly ActionInstance[])[] {
    return this.entering[at]!;
  }

  /** The number of the process whose step an action is; undefined if the action does not say. */
  actorOf({ action, binding }: ActionInstance): number | undefined {
    if (isSingle(action.by)) return this.numbers.get(action.by);
    const name = action.by ?? nameOfProcess(action, this.accesses.by) ?? nameOfAnyProcess(action);
    return name === undefined ? undefined : this.numbers.get((binding as Record<string, unknown>)[name]);
  }

  /** Processes that run no threads: other members and single processes that the model declares. */
  private others(): readonly (Member | SingleProcess)[] {
    const { model, layout } = this.instance;
    return (model.processes ?? []).flatMap((process): readonly (Member | SingleProcess)[] => {
      if (isSingle(process)) return [process];
      return process === this.accesses.by ? [] : layout.membersOf(process);
    });
  }

  private channelSlots(): ReadonlyMap<number, ChannelSlot> {
    const { model, layout, initial, actions } = this.instance;
    const field = Object.keys(model.channels ?? {}).find((name) => name.includes("."));
    if (field !== undefined)
      throw this.refusal(`its messages lie in the field ${field}`, "Keep them in bags or queues: they are in flight");
    const channels = new Map<number, ChannelSlot>();
    layout.slots.forEach(({ variable, name }, slot) => {
      const content = initial[0]![slot];
      if (!(content instanceof Channel)) return;
      // A model may have channels that stay empty with these parameters.
      const receivers = actions.filter(({ takes }) => takes === slot);
      const { from, to } = model.channels?.[variable] ?? {};
      const receiver = this.endOf(to, slot, "to") ?? this.takerOf(receivers, name);
      channels.set(slot, {
        slot,
        isQueue: content instanceof Queue,
        receivers,
        from: this.endOf(from, slot, "from") ?? (() => undefined),
        to: (message) => {
          if (receivers.length === 0) throw this.refusal(`no action takes messages from ${name}`, "Receive them: the model's vocabulary has receive"); // biome-ignore format: one sentence
          const process = receiver(message);
          if (process !== undefined) return process;
          throw this.refusal(`nobody is known to receive what lies in ${name}`, `Say it in channels: { ${variable}: { to: … } }`); // biome-ignore format: one sentence
        },
        kindOf: kindOf(receivers[0]?.action, variable),
      });
    });
    return channels;
  }

  /** Returns the number of who is at an end of a channel, by the message; undefined if nothing says who. */
  private endOf(end: AnyEnd | undefined, slot: number, side: "from" | "to") {
    const at = processAt(this.instance.layout, slot, end, side);
    return at && ((message: unknown) => this.numbers.get(at(message)));
  }

  /** Returns who takes the messages of a channel whose receiver is not declared. */
  private takerOf(receivers: readonly ActionInstance[], name: string): () => number | undefined {
    const takers = new Set(receivers.map((receiver) => this.actorOf(receiver)));
    if (takers.size > 1) throw this.refusal(`several processes take messages from ${name}`, "Say who receives each in channels"); // biome-ignore format: one sentence
    const [taker] = takers;
    return () => taker;
  }

  /** Returns, by process, the instances of actions by their names. */
  private instancesOf(names: readonly string[], of: string): readonly (readonly (readonly ActionInstance[])[])[] {
    const { model, actions } = this.instance;
    const byName = names.map((name) => {
      const instances = actions.filter(({ action }) => action.name === name);
      if (instances.length === 0)
        throw new UsageError(
          `accesses of ${model.name} name the action ${name} in ${of}, and there is none\n  The actions are ${[...new Set(actions.map(({ action }) => action.name))].join(", ")}.`,
        );
      const { action, takes } = instances[0]!;
      if (takes !== undefined)
        throw new UsageError(`accesses of ${model.name} name the action ${name} in ${of}, which receives messages: an access begins by itself`); // biome-ignore format: one sentence
      if (nameOfProcess(action, this.accesses.by) === undefined)
        throw new UsageError(
          `accesses of ${model.name} name the action ${name} in ${of}, which binds no name to a ${this.accesses.by.name}\n  It must say who accesses the page.`,
        );
      return instances;
    });
    return this.threads.map((_, at) =>
      byName.map((instances) => instances.filter((instance) => this.accessorOf(instance) === at)),
    );
  }

  /** The number of the process that accesses the page by an action. */
  private accessorOf({ action, binding }: ActionInstance): number | undefined {
    return this.numbers.get((binding as Record<string, unknown>)[nameOfProcess(action, this.accesses.by)!]);
  }

  private refusal(why: string, remedy: string): UsageError {
    return new UsageError(`${this.instance.model.name} cannot be simulated: ${why}\n  ${remedy}.`);
  }
}

/** The name that an action binds to a process of a set: that whose step it is, or else the first. */
function nameOfProcess({ by, domains }: Action<AnyState>, set: IndexSet): string | undefined {
  const names = Object.keys(domains).filter((name) => domains[name] === set);
  return typeof by === "string" && names.includes(by) ? by : names[0];
}

function nameOfAnyProcess({ domains }: Action<AnyState>): string | undefined {
  return Object.keys(domains).find((name) => domains[name]!.kind === "index set");
}

/** Returns how the kind of a message is told: by the receive table, else by its field `kind`, else by the variable. */
function kindOf(receiver: Action<AnyState> | undefined, variable: string): (message: unknown) => string {
  return (message) => {
    if (receiver?.kinds !== undefined) return receiver.kinds.of(message);
    if (typeof message === "string") return message;
    const kind = isRecord(message) && fieldsOf(message as AnyRecord).includes("kind") ? (message as AnyRecord).get("kind") : undefined; // biome-ignore format: one condition
    return typeof kind === "string" ? kind : variable;
  };
}

/** Returns the accesses. @throws UsageError for what is no declaration of accesses, with the first mistake */
function checkedAccesses(declared: unknown, model: string): AnyAccesses {
  const accesses = declared as Partial<AnyAccesses> | null | undefined;
  const wrong = (what: string, is: unknown, remedy: string) =>
    new UsageError(`${what} of ${model} is ${described(is)}\n  ${remedy}.`);
  if (typeof accesses !== "object" || accesses === null)
    throw wrong("accesses", declared, "Return { by, read, write, isLatest }");
  if (accesses.by?.kind !== "index set") throw wrong("accesses.by", accesses.by, "Give the index set of the processes that run threads"); // biome-ignore format: one sentence
  if (typeof accesses.isLatest !== "function") throw wrong("accesses.isLatest", accesses.isLatest, "Give a function of a state and a process"); // biome-ignore format: one sentence
  for (const kind of ACCESS_KINDS) {
    const access: Partial<Access<AnyState>> | undefined = accesses[kind];
    if (!Array.isArray(access?.actions)) throw wrong(`accesses.${kind}.actions`, access?.actions, "Give the names of actions"); // biome-ignore format: one sentence
    if (typeof access.isServedBy !== "function")
      throw wrong(`accesses.${kind}.isServedBy`, access.isServedBy, "Give a function of two states and a process");
  }
  for (const list of ["enter", "carryPage"] as const)
    if (accesses[list] !== undefined && !Array.isArray(accesses[list]))
      throw wrong(`accesses.${list}`, accesses[list], "Give a list of names");
  return accesses as AnyAccesses;
}
