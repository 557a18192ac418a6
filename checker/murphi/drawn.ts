/**
 * What pictures show of a Murphi model: its processes, its messages with who sends and receives them, and where
 * processes stand. What the user does not say is guessed from types and rules; no search reads it.
 */
import type { Drawn } from "../model/model.js";
import {
  type AnyEnd,
  type AnyEnds,
  type MessageField,
  type Process,
  type SingleProcess,
  singleProcess,
} from "../model/process.js";
import type { AnyRecord } from "../model/value.js";
import { type Access, accessesOf, ruleTexts } from "./accesses.js";
import type { CheckedFile, CheckedRule } from "./check-file.js";
import { type Said, type Sayable, unknownName } from "./drawing-words.js";
import { type GlobalCell, globalCells, type Index, type MessagePlace } from "./global-cells.js";
import { type MessageType, messageTypeOf } from "./message-types.js";
import { type FoundProcesses, guessedProcesses, ProcessesByValue, saidProcesses, typeNames } from "./process-types.js";
import { type Actor, type Role, Roles } from "./roles.js";
import type { StateVariables } from "./state-variables.js";
import type { FunctionSyntax, Item } from "./syntax.js";
import { type EnumType, type RecordType, type SimpleType, type Type, widthOf } from "./types.js";

/** An end of a pair that is not known: pictures would take its place in the pair for it. */
const UNKNOWN: AnyEnd = () => null;

/** Messages that become one channel. */
interface Spot extends MessagePlace {
  readonly name: string;
  /** The variable that holds them. */
  readonly reader: string;
  /** The fields of their commands, with what else is in them; none of a multiset. */
  readonly fields: readonly MessageField[];
  /** Whether they lie in an array whose elements are no processes: all together are one channel. */
  readonly areElements: boolean;
}

/** What is drawn of a file that was checked. */
export class Drawing {
  /** The types of processes that are no scalarsets. */
  readonly split: ReadonlySet<Type>;
  private readonly found: FoundProcesses;
  private readonly cells: readonly GlobalCell[];

  /**
   * @param items the file's tree, whose rules are looked through
   * @param said what the user says of processes and messages
   * @throws UsageError or LoadError, by who said it, for names that are none of the file's
   */
  constructor(
    private readonly file: CheckedFile,
    private readonly items: readonly Item[],
    private readonly said: Partial<Record<Sayable, Said>>,
  ) {
    const { messages, processes } = said;
    this.cells = globalCells(
      file.globals,
      typeNames(file),
      messages?.names.map(({ name }) => name),
    );
    if (messages !== undefined) this.refuseUnknownMessages(messages);
    this.found = processes === undefined ? guessedProcesses(file, this.cells) : saidProcesses(file, processes);
    if (processes !== undefined) this.refuseIndexless(processes);
    this.split = new Set(this.found.types.filter(({ kind }) => kind !== "scalarset"));
  }

  private refuseUnknownMessages({ names }: Said): void {
    for (const said of names) {
      const within = (words: string) => words === said.name || words.startsWith(`${said.name}.`);
      if (this.cells.some(({ message }) => message !== undefined && within(message.words))) continue;
      const all = this.cells.map(({ words }) => words);
      if (!all.some(within))
        throw unknownName(
          said,
          "variable",
          this.file.globals.map(({ name }) => name),
        );
      throw said.refused(`${said.name} holds no messages: it has neither a multiset nor a record with an enum in it`);
    }
  }

  private refuseIndexless({ names }: Said): void {
    for (const said of names) {
      const type = this.file.types.get(said.name);
      if (type?.kind !== "scalarset") continue;
      if (!this.cells.some(({ indices }) => indices.some((index) => index.type === type)))
        throw said.refused(`no variable is indexed by ${said.name}, so that pictures have nothing to show of it`);
    }
  }

  /** Returns what is drawn, and who takes the steps of each rule. @param variables those of the states */
  over(variables: StateVariables): { readonly drawn: Drawn; readonly byOf: (rule: CheckedRule) => Actor | undefined } {
    return new DrawingOver(this.file, this.items, this.found, this.cells, variables, this.from).drawing;
  }

  /** Where processes and messages are from, in a sentence. */
  private get from(): string {
    const { processes, messages } = this.said;
    const told = (what: string, said: Said | undefined) =>
      said === undefined ? `${what} are guessed from types and rules` : `${what} are said by ${said.by}`;
    const both = processes === undefined && messages === undefined;
    const sources = both
      ? told("processes and messages", undefined)
      : `${told("processes", processes)}, ${told("messages", messages)}`;
    return `${sources}; --processes and --messages say otherwise, and no verdict depends on it`;
  }
}

class DrawingOver {
  private readonly spots: readonly Spot[];
  private readonly processes: ProcessesByValue;
  private readonly owned: ReadonlyMap<string, SingleProcess>;
  /** Whose the variables are that no process indexes; undefined if that is nobody. */
  private readonly home: SingleProcess | undefined;
  private readonly accesses = new Map<CheckedRule, readonly Access[]>();
  private readonly roles: Roles;

  constructor(
    private readonly file: CheckedFile,
    items: readonly Item[],
    private readonly found: FoundProcesses,
    private readonly cells: readonly GlobalCell[],
    private readonly variables: StateVariables,
    private readonly from: string,
  ) {
    this.spots = this.spotsIn();
    const names = typeNames(file);
    const isHome = this.homeValue();
    this.processes = new ProcessesByValue(found, names, (type, value) => [
      ...this.readers((index) => index?.type === type && index.value === value),
      ...(isHome?.type === type && isHome.value === value ? this.ofNobody() : []),
    ]);
    this.owned = new Map(found.variables.map((name) => [name, singleProcess(name, ...this.readersOf(name))]));
    this.home = isHome === undefined ? this.guessedHome() : this.processes.singleOf(isHome.type, isHome.value);
    const texts = ruleTexts(items);
    const globals = new Set(file.globals.map(({ name }) => name));
    const functions = new Map(
      items.flatMap((item): [string, FunctionSyntax][] => (item.kind === "function" ? [[item.name, item]] : [])),
    );
    for (const rule of this.spots.length === 0 ? [] : file.rules) {
      const read = accessesOf(texts.get(rule.at)!, globals, functions);
      if (read !== undefined) this.accesses.set(rule, read);
    }
    this.roles = new Roles(this.accesses, cells, this.processes, this.owned, this.home);
  }

  get drawing(): { readonly drawn: Drawn; readonly byOf: (rule: CheckedRule) => Actor | undefined } {
    const channels = this.channels();
    const telling = this.spots.filter(({ name }) => isTold(channels[name]!)).map(({ words }) => words);
    const byOf = (rule: CheckedRule) => {
      // Who sends or receives a message that tells its ends takes the step.
      if (this.moves(rule, telling)) return undefined;
      const actor = this.roles.actorOf(rule);
      return typeof actor === "string" && !this.isMember(rule, actor) ? undefined : actor;
    };
    const actors = this.file.rules.map(byOf);
    const isHomeSeen = [...actors, ...Object.values(channels).flatMap(({ from, to }) => [from, to])].includes(
      this.home,
    );
    const known = [...this.processes.all, ...this.owned.values()];
    const homes = this.home !== undefined && isHomeSeen && !known.includes(this.home) ? [this.home] : [];
    const processes: readonly Process[] = [...known, ...homes];
    const standing = this.standing();
    if (processes.length === 0) return { drawn: standing, byOf: () => undefined };
    return { drawn: { ...standing, processes, channels, unsent: this.unsent, drawnFrom: this.from }, byOf };
  }

  /** The variables that are multisets of no messages. */
  private get unsent(): readonly string[] {
    const multisets = this.cells.filter(({ type, message }) => type.kind === "multiset" && message === undefined);
    return [...new Set(multisets.map(({ cell }) => this.variables.locationOf(cell).reader))];
  }

  /** Tells whether a rule puts or takes messages of some words. */
  private moves(rule: CheckedRule, all: readonly string[]): boolean {
    const written = (this.accesses.get(rule) ?? []).filter(({ does }) => does !== "read");
    return written.some((of) => all.some((words) => of.words === words || of.words.startsWith(`${words}.`)));
  }

  /** Tells whether a name of a rule is bound to processes that are called as what it is bound to. */
  private isMember({ binders }: CheckedRule, wanted: string): boolean {
    return binders.some(
      (of) => of.kind === "quantifier" && of.name === wanted && this.processes.isNamedByValues(of.of.type),
    );
  }

  /** Returns the channels of the messages, each once. */
  private spotsIn(): readonly Spot[] {
    const spots = new Map<
      string,
      { readonly spot: Omit<Spot, "fields">; readonly fields: Map<string, MessageField> }
    >();
    for (const place of new Set(this.cells.flatMap(({ message }) => message ?? []))) {
      const command = place.type.kind === "record" ? messageTypeOf(place.type).command : undefined;
      const { reader, field, key } = this.variables.locationOf(place.cell + (command?.offset ?? 0));
      // Of three scalarsets, the third is a key of a map; a record of one field among others may be no record.
      if (key !== undefined || (field === undefined) === (place.type.kind === "record")) continue;
      const areElements =
        field !== undefined &&
        place.indices.some(({ type }) => type.kind !== "scalarset" && !this.found.types.includes(type as never));
      const path = areElements ? `${place.words}.${command!.name}`.replace(/^[^.]*\./, "") : field;
      const name = path === undefined ? reader : `${reader}.${path}`;
      const { fields } = spots.get(name) ?? { fields: new Map<string, MessageField>() };
      if (!spots.has(name)) spots.set(name, { spot: { ...place, name, reader, areElements }, fields });
      if (field !== undefined && !fields.has(field)) fields.set(field, this.fieldAt(place, field));
    }
    return [...spots.values()].map(({ spot, fields }) => ({ ...spot, fields: [...fields.values()] }));
  }

  /** Returns a field that holds a command, with the other fields of its message. */
  private fieldAt({ cell, type }: MessagePlace, field: string): MessageField {
    const cells = Array.from({ length: widthOf(type) }, (_, i) => this.variables.locationOf(cell + i));
    const { reader } = cells[0]!;
    const payload = cells.flatMap((of) => (of.reader === reader && of.field !== field ? (of.field ?? []) : []));
    return { field, payload: [...new Set(payload)] };
  }

  private channels(): Readonly<Record<string, AnyEnds>> {
    return Object.fromEntries(this.spots.map((spot) => [spot.name, this.endsOf(spot)]));
  }

  private endsOf(spot: Spot): AnyEnds {
    const { type } = spot;
    const record = type.kind === "multiset" ? type.element : type;
    const form = record.kind === "record" ? messageTypeOf(record) : undefined;
    const by = spot.indices.filter((index) => this.processes.has(index.type));
    const [first, second] = by.map((index) => this.indexEnd(spot, index));
    const inMessage = (of: MessageType["source"]) => of && this.endInMessage(spot, of);
    const [source, destination] = [inMessage(form?.source), inMessage(form?.destination)];
    const known = this.rolesOf(spot, form, first);
    // Who is an index of an array of multisets receives from there, and so does one beside a source.
    const isInbox = type.kind === "multiset" || source !== undefined;
    const from = source ?? (second === undefined ? known.from : first);
    const to = destination ?? second ?? (isInbox ? first : undefined) ?? known.to;
    const { sets } = this.variables.locationOf(spot.cell);
    const otherwise = sets.length === 2 ? UNKNOWN : undefined;
    return { ...this.contentOf(spot, form), ...ends(from ?? otherwise, to ?? otherwise) };
  }

  /** Returns what says which values of a channel are messages, and what a message it is. */
  private contentOf({ type, fields, areElements }: Spot, form: MessageType | undefined): AnyEnds {
    if (type.kind === "multiset") return form?.command === undefined ? {} : { kind: form.command.name };
    const { empty } = form!;
    return areElements ? { empty, slots: fields } : { empty, payload: fields[0]!.payload };
  }

  /** Returns the end that a field of each message says. */
  private endInMessage({ type, cell, areElements }: Spot, of: RecordType["fields"][number]): AnyEnd {
    const isAlone = type.kind === "multiset" || areElements;
    const field = isAlone ? of.name : this.variables.locationOf(cell + of.offset).field!;
    return (message: AnyRecord) => this.processes.processOf(of.type as SimpleType, message.get(field) as never);
  }

  /** Returns the end that is an index of the channel's place. */
  private indexEnd({ cell, indices }: Spot, index: Index): AnyEnd | undefined {
    const { type, value } = index;
    if (type.kind !== "scalarset") return this.processes.singleOf(type, value);
    const { sets } = this.variables.locationOf(cell);
    // The sets of a variable are those of the indices, in their order; a set may come twice.
    const place = indices.filter((of) => of.type.kind === "scalarset").indexOf(index);
    return sets.length === 1 ? "index" : place === 0 ? "first index" : "second index";
  }

  private rolesOf(spot: Spot, form: MessageType | undefined, index: AnyEnd | undefined): AnyEnds {
    const command = spot.type.kind === "record" ? `${spot.words}.${form!.command!.name}` : undefined;
    const { from, to } = this.roles.endsOf(spot.words, command, form?.empty ?? null);
    const asEnd = (role: Role) => (role === "index" ? index : role);
    return ends(asEnd(from), asEnd(to));
  }

  /** Returns where processes stand: the enum of a record that is one's state, or the variable itself. */
  private standing(): Pick<Drawn, "headline" | "standings"> {
    const headline: Record<string, string> = {};
    const standings: Record<string, readonly string[]> = {};
    const byReader = new Map<string, Map<string | undefined, EnumType>>();
    for (const { cell, type, message } of this.cells) {
      if (message !== undefined || type.kind !== "enum") continue;
      const { reader, field, key } = this.variables.locationOf(cell);
      const enums = byReader.get(reader) ?? new Map<string | undefined, EnumType>();
      if (key === undefined) byReader.set(reader, enums.set(field, type));
    }
    for (const [reader, enums] of byReader) {
      const stating = [...enums.keys()].filter((field) => field !== undefined && /stat/i.test(field));
      const [field, other] = stating.length === 1 ? stating : [...enums.keys()];
      if (other !== undefined) continue;
      if (field !== undefined) headline[reader] = field;
      standings[reader] = enums.get(field)!.members;
    }
    return { headline, standings };
  }

  /** Returns the variables of cells that are no messages, by the outermost index that is a process. */
  private readers(isWanted: (index: Index | undefined, of: GlobalCell) => boolean): readonly string[] {
    const types: readonly SimpleType[] = this.found.types;
    const wanted = this.cells.filter(
      (of) =>
        of.message === undefined &&
        isWanted(
          of.indices.find(({ type }) => types.includes(type)),
          of,
        ),
    );
    return [...new Set(wanted.map(({ cell }) => this.variables.locationOf(cell).reader))];
  }

  private readersOf(name: string): readonly string[] {
    return this.readers((_, { global }) => global.name === name);
  }

  /** Returns the variables that no process indexes, and that the user has not said to be a process's. */
  private ofNobody(): readonly string[] {
    return this.readers((index, { global }) => index === undefined && !this.found.variables.includes(global.name));
  }

  /** Returns the one process beside those of scalarsets, which is their home. */
  private homeValue(): Index | undefined {
    const { types, variables } = this.found;
    const others = types.filter(({ kind }) => kind !== "scalarset");
    const [only] = others;
    if (variables.length > 0 || others.length !== 1 || types.length === 1 || only?.kind !== "enum") return undefined;
    return only.members.length === 1 ? { type: only, value: only.members[0]! } : undefined;
  }

  /** Returns a home that no type names, for a model whose processes are those of one kind. */
  private guessedHome(): SingleProcess | undefined {
    const { types, variables } = this.found;
    const kinds = new Set(types.map(({ kind }) => kind === "scalarset"));
    const own = this.ofNobody();
    if (variables.length > 0 || kinds.size !== 1 || own.length === 0 || this.spots.length === 0) return undefined;
    const taken = new Set(this.processes.single.map(({ name }) => name));
    let name = "home";
    while (taken.has(name)) name += "'";
    return singleProcess(name, ...own);
  }
}

/** Tells whether messages say themselves who sends, and their place or they themselves who receives. */
function isTold({ from, to }: AnyEnds): boolean {
  return typeof from === "function" && from !== UNKNOWN && to !== undefined && to !== UNKNOWN;
}

function ends(from: AnyEnd | undefined, to: AnyEnd | undefined): AnyEnds {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
