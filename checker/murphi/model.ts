/** Murphi models as models of popcheck's: the engine runs their rules as it runs any author's functions. */
import { type Action, type Domains, makeAction } from "../model/action.js";
import { type ActionConstraint, makeActionConstraint } from "../model/constraint.js";
import type { AnyModel } from "../model/model.js";
import type { ParameterValues } from "../model/parameters.js";
import { type Goal, makeGoal, makeInvariant, type Property } from "../model/property.js";
import { vocabulary } from "../model/vocabulary.js";
import { type CheckedFile, type CheckedProperty, type CheckedRule, checkedFile, refuseNoStart } from "./check-file.js";
import type { CheckedFunction, Mentions } from "./compiled.js";
import { DIALECTS, type DialectName } from "./dialect.js";
import { allBindings, type BoundDomains, domainsOf, setsIn } from "./domains.js";
import { GUESSED, type Said, type Sayable, saidByOption, saidInComments } from "./drawing-words.js";
import { Drawing } from "./drawn.js";
import { givenNames, namesInFile } from "./given-names.js";
import { type ConstantParameter, constantsOf, type Deadlock, parametersOf } from "./parameters.js";
import { parsed } from "./parser.js";
import { type MurphiState, RuleRunner, type Wanted } from "./run-rule.js";
import { SourceText } from "./source-text.js";
import { coversOfStart, startStates } from "./start-states.js";
import { StateVariables } from "./state-variables.js";
import type { Item } from "./syntax.js";

/**
 * Returns the model of a Murphi file. Its integer constants are parameters; `deadlock` is one more.
 * @param text the contents of the file
 * @param file its path, which errors and properties name
 * @throws LoadError for a file that is not as it must be, with its first mistake: place, sentence, line and caret
 */
export function murphiModel(text: string, file: string): AnyModel {
  const source = new SourceText(text, file);
  const items = parsed(source);
  const constants = constantsOf(items);
  const inComments = saidInComments(source);
  const programs = new Map<string, Program>();
  const programWith = (parameters: ParameterValues): Program => {
    const given = new Map(constants.map(({ constant, parameter }) => [constant, parameters[parameter] as number]));
    const dialect = parameters.dialect as DialectName;
    const said = { ...inComments, ...saidByOptions(parameters) };
    const key = JSON.stringify([dialect, ...given.values(), parameters.processes, parameters.messages]);
    const program = programs.get(key) ?? new Program(source, items, given, dialect, said);
    programs.set(key, program);
    return program;
  };
  const { hasLiveness, isCMurphi, rules, startstates } = programWith(defaultsOf(constants));
  refuseNoStart(source, startstates);
  const name = file.replace(/^.*[\\/]/, "").replace(/\.m$/i, "");
  return {
    name,
    about: `a Murphi model of ${rules} rules, from ${file}${isCMurphi ? ", in CMurphi's language" : ""}`,
    parameters: parametersOf(constants, hasLiveness),
    contradiction: (parameters: ParameterValues) => programWith(parameters).refusedLiveness(parameters),
    variables: (parameters: ParameterValues) => programWith(parameters).variables.variables,
    initial: (declared: MurphiState & { readonly parameters: ParameterValues }) =>
      programWith(declared.parameters).initial(declared),
    drawn: (parameters: ParameterValues) => programWith(parameters).drawing.drawn,
    actions: (parameters: ParameterValues) => programWith(parameters).actions(parameters.deadlock as Deadlock),
    properties: (parameters: ParameterValues) => programWith(parameters).properties(parameters.deadlock as Deadlock),
    constraints: (parameters: ParameterValues) => programWith(parameters).constraints(),
    assumptions: (parameters: ParameterValues) => programWith(parameters).assumptions(),
  };
}

function defaultsOf(constants: readonly ConstantParameter[]): ParameterValues {
  const values = constants.map(({ parameter, value }) => [parameter, value] as const);
  return { dialect: DIALECTS[0], ...Object.fromEntries(values), processes: GUESSED, messages: GUESSED };
}

/** Returns what options say of processes and messages. */
function saidByOptions({ processes, messages }: ParameterValues): Partial<Record<Sayable, Said>> {
  const said = {
    processes: saidByOption("processes", processes as string),
    messages: saidByOption("messages", messages as string),
  };
  return Object.fromEntries(Object.entries(said).filter(([, names]) => names !== undefined));
}

/** What is asked of states: for each binding of these domains, or once if there are none. */
interface Asked {
  readonly domains: Domains;
  readonly holds: (state: MurphiState, binding: object) => boolean;
}

/** A file that was checked with certain values of its constants. */
class Program {
  readonly variables: StateVariables;
  /** What pictures show. */
  readonly drawing: ReturnType<Drawing["over"]>;
  private readonly file: CheckedFile;
  private readonly runner: RuleRunner;
  /** The names of rules, by rule; several rules of one name are told apart by their lines. */
  private readonly names: ReadonlyMap<{ readonly at: number }, string>;

  constructor(
    private readonly source: SourceText,
    items: readonly Item[],
    given: ReadonlyMap<string, number>,
    dialect: DialectName,
    said: Partial<Record<Sayable, Said>>,
  ) {
    this.file = checkedFile(source, items, given, dialect);
    const { globals, rules, properties, scalarsets } = this.file;
    const ranged = new Set([...rules, ...properties].flatMap(({ binders }) => setsIn(binders)));
    const drawing = new Drawing(this.file, items, said);
    this.variables = new StateVariables(globals, ranged, scalarsets, drawing.split);
    this.drawing = drawing.over(this.variables);
    this.runner = new RuleRunner(this.variables, source, rules);
    this.names = namesInFile(this.file);
  }

  get rules(): number {
    return this.file.rules.length;
  }

  get startstates(): number {
    return this.file.startstates.length;
  }

  get isCMurphi(): boolean {
    return this.file.isCMurphi;
  }

  get hasLiveness(): boolean {
    return this.ofCategory("liveness").length > 0;
  }

  /** Returns why a model with liveness properties is refused; undefined if it is not. */
  refusedLiveness({ skipLiveness }: ParameterValues): string | undefined {
    const [first] = this.ofCategory("liveness");
    if (first === undefined || skipLiveness === true) return undefined;
    return (
      `liveness "${this.names.get(first)}" (${this.source.placeOf(first.at)}) says that from every state one can be reached\n` +
      "  in which its condition holds. No property of popcheck says that of a graph of states.\n" +
      "  Give --skip-liveness to check the other properties, or say what is meant in TypeScript, by alwaysEventually."
    );
  }

  initial<S extends MurphiState>(declared: S): readonly S[] {
    const assumed = this.ofCategory("assume");
    const states = startStates(this.file, this.variables, declared);
    return states.filter((state) => assumed.every((property) => this.holdsFor(property, state, "every")));
  }

  /**
   * Returns the rules as actions. Where a rule that leaves the state as it is counts for nothing against a deadlock,
   * each rule is two actions, unless its text tells that it always changes something: one takes the steps that change
   * the state, and one the others, which are steps of the environment.
   */
  actions(deadlock: Deadlock): readonly Action<MurphiState>[] {
    return this.file.rules.flatMap((rule) => {
      const name = this.names.get(rule)!;
      return domainsOf(this.source, rule.binders).flatMap((bound) => {
        const own = [name, ...bound.parts.map((set) => `(${set.name})`)].join(" ");
        if (deadlock !== "stuttering" || rule.surelyChanges) return [this.action(rule, own, bound, "all")];
        return [
          this.action(rule, own, bound, "changing"),
          { ...this.action(rule, `${own} (changes nothing)`, bound, "stuttering"), environment: true },
        ];
      });
    });
  }

  private action(rule: CheckedRule, name: string, bound: BoundDomains, wanted: Wanted): Action<MurphiState> {
    const { domains, bindingsIn } = bound;
    const next = (state: MurphiState, binding: object) => this.runner.step(rule, state, bindingsIn(binding), wanted);
    const by = this.drawing.byOf(rule);
    return {
      ...makeAction(name, domains, next),
      where: this.source.where(rule.at),
      ...(by === undefined ? {} : { by }),
    };
  }

  /**
   * Returns what a property ranges over, and the function that asks it of one binding; over unions of several sets, of
   * all of them at once.
   * @param quantify joins the answers of several bindings: `every` or `some`
   */
  private asked(property: CheckedProperty, quantify: "every" | "some"): Asked {
    const [bound, ...others] = domainsOf(this.source, property.binders);
    if (others.length > 0) return { domains: {}, holds: (state) => this.holdsFor(property, state, quantify) };
    const { domains, bindingsIn } = bound!;
    return { domains, holds: (state, binding) => this.runner.holds(property, state, bindingsIn(binding)) };
  }

  properties(deadlock: Deadlock): readonly Property<MurphiState>[] {
    const invariants = this.ofCategory("assert").map((property) => this.invariant(property));
    const covers = this.ofCategory("cover").map((property) => this.cover(property));
    return [...invariants, ...covers, ...this.coversWithin(), ...this.deadlockProperty(deadlock)];
  }

  private invariant(property: CheckedProperty): Property<MurphiState> {
    const { domains, holds } = this.asked(property, "every");
    const place = this.source.placeOf(property.at);
    const invariant = makeInvariant<MurphiState, Domains>({
      name: this.names.get(property)!,
      says: `${property.text} (${place})`,
      for: domains,
      holds,
      explain: () => `${property.text} is false (${place})`,
    });
    return { ...invariant, where: this.source.where(property.at) };
  }

  private cover(property: CheckedProperty): Property<MurphiState> {
    const { domains, holds } = this.asked(property, "some");
    return this.reachable(this.names.get(property)!, property.at, makeGoal(property.text, domains, holds));
  }

  private reachable(name: string, at: number, ...goals: readonly Goal<MurphiState>[]): Property<MurphiState> {
    const says = `the cover is met (${this.source.placeOf(at)})`;
    return { kind: "reachable", name, says, goals, where: this.source.where(at) };
  }

  /**
   * Returns a property for each cover within a rule or a function. It is met in a state in which some rule that leads
   * to it, with some binding, comes by there with a true condition.
   */
  private coversWithin(): readonly Property<MurphiState>[] {
    const { covers, rules } = this.file;
    const met = covers.length === 0 ? new Set<number>() : coversOfStart(this.file, this.variables);
    const names = givenNames(
      this.source,
      covers.map((of) => ({ of, name: of.name, kind: "cover" })),
    );
    return covers.map((cover, number) => {
      const name = names.get(cover)!;
      const leading = rules.filter(({ mentions }) => leadsTo(mentions, number));
      const goal = makeGoal(
        name,
        {},
        (state: MurphiState) => met.has(number) || leading.some((rule) => this.comesBy(rule, number, state)),
      );
      return this.reachable(this.uniqueAmongProperties(name), cover.at, goal);
    });
  }

  private uniqueAmongProperties(name: string): string {
    const taken = new Set(this.file.properties.map((property) => this.names.get(property)));
    return taken.has(name) ? `${name} (within a rule)` : name;
  }

  private comesBy(rule: CheckedRule, cover: number, state: MurphiState): boolean {
    let isMet = false;
    const note = (number: number) => {
      if (number === cover) isMet = true;
    };
    for (const bindings of allBindings(rule.binders, (set) => state.members(set))) {
      this.runner.step(rule, state, bindings, "all", note);
      if (isMet) return true;
    }
    return false;
  }

  private deadlockProperty(deadlock: Deadlock): readonly Property<MurphiState>[] {
    if (deadlock === "off") return [];
    const isStuck = deadlock === "stuck";
    const property = vocabulary<MurphiState>().noDeadlock({
      name: "no deadlock",
      says: isStuck ? "in every state some rule is enabled" : "in every state some rule leads to another state",
      stuck: () => true,
      explain: () => (isStuck ? "no rule is enabled" : "no rule is enabled that changes the state"),
    });
    return [{ ...property, where: this.source.where(0) }];
  }

  /** Returns the assumptions at the top level as bounds: a step to a state that breaks one is not taken. */
  constraints(): readonly ActionConstraint<MurphiState>[] {
    return this.ofCategory("assume").map((property) => {
      const { domains, holds } = this.asked(property, "every");
      const constraint = makeActionConstraint<MurphiState, Domains>({
        name: this.names.get(property)!,
        says: `assume ${property.text} (${this.source.placeOf(property.at)})`,
        for: domains,
        holds: (_before, after, binding) => holds(after, binding),
      });
      return { ...constraint, where: this.source.where(property.at) };
    });
  }

  assumptions(): readonly string[] {
    return this.ofCategory("liveness").map(
      (property) => `liveness "${this.names.get(property)}" (${this.source.placeOf(property.at)}) was not checked`,
    );
  }

  private holdsFor(property: CheckedProperty, state: MurphiState, quantify: "every" | "some"): boolean {
    return allBindings(property.binders, (set) => state.members(set))[quantify]((bindings) =>
      this.runner.holds(property, state, bindings),
    );
  }

  private ofCategory(category: CheckedProperty["category"]): readonly CheckedProperty[] {
    return this.file.properties.filter((property) => property.category === category);
  }
}

/** Tells whether a rule may come by a cover, by its own statements or by functions that it calls. */
function leadsTo({ covers, calls }: Mentions, cover: number, seen = new Set<CheckedFunction>()): boolean {
  if (covers.has(cover)) return true;
  return [...calls].some((called) => {
    if (seen.has(called)) return false;
    seen.add(called);
    return leadsTo(called.mentions, cover, seen);
  });
}
