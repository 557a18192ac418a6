/** Names, and what they mean where they stand. */
import type { IndexSet } from "../model/scalarset.js";
import { didYouMean } from "../nearest.js";
import type { CheckedFunction, Mentions } from "./compiled.js";
import type { Dialect } from "./dialect.js";
import type { SourceText } from "./source-text.js";
import { BOOLEAN, type Type, type Value } from "./types.js";

/** What a name may mean. */
export type Entity =
  | { readonly kind: "constant"; readonly type: Type; readonly value: Value; readonly isMember?: boolean }
  | { readonly kind: "type"; readonly type: Type }
  /** A variable of the state. @see cell is the first of its cells */
  | { readonly kind: "global"; readonly type: Type; readonly cell: number }
  /** A local variable, a parameter, or an alias. @see index is its place in the frame */
  | { readonly kind: "local"; readonly type: Type; readonly index: number; readonly isWritable: boolean }
  | { readonly kind: "function"; readonly of: CheckedFunction };

/** What the names within one function, rule or property share. */
export interface Body {
  /** The number of local variables so far. */
  locals: number;
  readonly mentions: Mentions;
  /** What a return statement gives: undefined for a procedure and a rule. */
  readonly result: Type | undefined;
  /** What the body is, as errors name it. */
  readonly of: "function" | "procedure" | "rule" | "startstate" | "property";
}

export function newBody(of: Body["of"], result?: Type): Body {
  return { locals: 0, mentions: { covers: new Set(), calls: new Set() }, result, of };
}

/** What all scopes of a file share. */
export interface FileContext {
  readonly source: SourceText;
  readonly dialect: Dialect;
  /** The covers within rules and functions, by number. */
  readonly covers: { readonly name: string; readonly at: number }[];
  /** The scalarsets that declarations of types have given a name. */
  readonly scalarsets: IndexSet[];
  /** The types that the file has given a name. */
  readonly types: Map<string, Type>;
  /** Constants whose values the user has given, by name. */
  readonly given: ReadonlyMap<string, number>;
}

export class Scope {
  private readonly names = new Map<string, Entity>();

  private constructor(
    readonly context: FileContext,
    private readonly outer: Scope | undefined,
    readonly body: Body,
  ) {}

  static ofFile(context: FileContext): Scope {
    const scope = new Scope(context, undefined, newBody("property"));
    scope.names.set("false", { kind: "constant", type: BOOLEAN, value: false });
    scope.names.set("true", { kind: "constant", type: BOOLEAN, value: true });
    scope.names.set("boolean", { kind: "type", type: BOOLEAN });
    return new Scope(context, scope, scope.body);
  }

  /** Returns a scope within this one. @param body the function or rule that it begins, if it begins one */
  within(body: Body = this.body): Scope {
    return new Scope(this.context, this, body);
  }

  get source(): SourceText {
    return this.context.source;
  }

  /** Whether names that are declared here belong to the state. */
  get isOfFile(): boolean {
    return this.outer?.outer === undefined;
  }

  /** Returns what a name means; undefined if nothing. */
  find(name: string): Entity | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }

  /** Declares a name. @throws LoadError if this scope has it already */
  declare(name: string, at: number, entity: Entity): void {
    const before = this.names.get(name);
    // Two enums may share members: enums of the same members are one type.
    const areMembers = [before, entity].every((each) => each?.kind === "constant" && each.isMember === true);
    if (before !== undefined && !areMembers) throw this.source.error(at, `"${name}" is declared twice`);
    this.names.set(name, entity);
  }

  /** Declares a local variable. Returns its place in the frame. */
  declareLocal(name: string, at: number, type: Type, isWritable = true): number {
    const index = this.body.locals++;
    this.declare(name, at, { kind: "local", type, index, isWritable });
    return index;
  }

  /** Returns the error that a name means nothing, or not what was asked for. */
  unknown(name: string, at: number, what: string, fits: (entity: Entity) => boolean): Error {
    const meant = didYouMean(name, this.allNames(fits));
    const other = this.find(name);
    if (other !== undefined) return this.source.error(at, `"${name}" is a ${inWords(other)}, not a ${what}`);
    return this.source.error(at, `there is no ${what} "${name}" here${meant}`);
  }

  private allNames(fits: (entity: Entity) => boolean): readonly string[] {
    const own = [...this.names].filter(([, entity]) => fits(entity)).map(([name]) => name);
    return [...own, ...(this.outer?.allNames(fits) ?? [])];
  }
}

function inWords({ kind }: Entity): string {
  return kind === "global" || kind === "local" ? "variable" : kind;
}
