/**
 * The runs that prose tells. Of several shortest counterexamples a search shows the one that its hashes come to first,
 * which another layout of the states changes; prose tells of one. So it is kept, step by step in words
 * (told-runs.json), and followed through the reference semantics again: it must be a run that violates the property, of
 * the length of the shortest one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Instance, namesIn, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { isLiveness, type Property } from "../../checker/model/property.js";
import { renumber, type Successor, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { nameOfStep } from "../../checker/model/step-name.js";
import { inPackage } from "../../checker/package.js";
import { evidenceOf } from "../../traces/replay/evidence.js";
import { lassoEvidence } from "../../traces/replay/lasso.js";
import { type Choices, follow, traceOf } from "../../traces/replay/run.js";
import { lengthInShort, type Trace, type TraceStep } from "../../traces/trace.js";
import { givenTo, type RunName } from "./runs.js";

const FILE = "test/report/told-runs.json";
const ANEW = "npm run report -- --anew takes the run that the search shows";

interface ToldRun {
  readonly run: RunName;
  readonly property: string;
  readonly steps: readonly string[];
  /** The state that the last one is again, if it goes on for ever. */
  readonly loop?: number;
}

/** `Write_Done(K2)`; of a message that is received, `Invalid K1→K2`. */
export function nameIn({ action, binding, message }: Pick<TraceStep, "action" | "binding" | "message">): string {
  const kind = (message as { readonly kind?: string } | undefined)?.kind;
  return kind === undefined ? nameOfStep(action, binding) : `${kind} ${binding.from}→${binding.to}`;
}

function nameOf({ instance: { action, binding }, message }: Successor): string {
  const kind = (message as { readonly kind?: string } | undefined)?.kind;
  return nameIn({
    action: action.name,
    binding: namesIn(binding),
    ...(kind === undefined ? {} : { message: { kind } }),
  });
}

export class NarratedRuns {
  private readonly runs: ToldRun[];

  constructor(
    private readonly model: AnyModel,
    runs: readonly ToldRun[] = JSON.parse(readFileSync(inPackage(FILE), "utf8")),
  ) {
    this.runs = [...runs];
  }

  /**
   * The run that is told instead of `shortest`. @throws Error if it is not one of its length that violates the property
   */
  instead(run: RunName, property: string, shortest: Trace): Trace {
    const told = this.find(run, property);
    if (told === undefined) throw new Error(`${FILE} has no run of it; ${ANEW}`);
    const trace = this.again(told);
    if (trace === undefined)
      throw new Error(`the run that is told does not exist any more, or violates nothing; ${ANEW}`);
    const [length, least] = [lengthInShort(trace), lengthInShort(shortest)];
    if (length !== least)
      throw new Error(`the run that is told has ${length} steps, and the shortest ${least}; ${ANEW}`);
    return trace;
  }

  /** Takes up the shortest run if what is told is not one. Whether it was so. */
  renew(run: RunName, property: string, shortest: Trace): boolean {
    try {
      this.instead(run, property, shortest);
      return false;
    } catch {
      const { loop } = shortest["#meta"];
      const steps = shortest.states.slice(1).map((state) => nameIn(state["#meta"]));
      const renewed = { run, property, steps, ...(loop === undefined ? {} : { loop }) };
      const old = this.find(run, property);
      if (old === undefined) this.runs.push(renewed);
      else this.runs[this.runs.indexOf(old)] = renewed;
      return true;
    }
  }

  /** Only those that `isTold` are kept. */
  write(isTold: (run: RunName, property: string) => boolean): void {
    const kept = this.runs.filter(({ run, property }) => isTold(run, property));
    writeFileSync(inPackage(FILE), `${JSON.stringify(kept, undefined, 2)}\n`);
  }

  private find(run: RunName, property: string): ToldRun | undefined {
    return this.runs.find((told) => told.run === run && told.property === property);
  }

  private again({ run, property: name, steps, loop }: ToldRun): Trace | undefined {
    const instance = new Instance(this.model, givenTo(run));
    const property = instance.properties.find((property) => property.name === name)!;
    const found = choicesOf(
      instance,
      steps,
      (choices) => explanationOf(instance, property, choices, loop) !== undefined,
    );
    if (found === undefined) return undefined;
    const { kind, says } = property;
    const explanation = explanationOf(instance, property, found, loop)!;
    const told = { property: { name, kind, says }, explanation, ...(loop === undefined ? {} : { loop }) };
    return traceOf(instance, found, follow(instance, found), told);
  }
}

/** What is wrong with a run; undefined if nothing is. */
function explanationOf(
  instance: Instance,
  property: Property<AnyState>,
  choices: Choices,
  loop: number | undefined,
): string | undefined {
  if (!isLiveness(property)) return evidenceOf(instance, property, follow(instance, choices));
  return loop === undefined ? undefined : lassoEvidence(instance, property, choices, loop)?.explanation;
}

/** The first choices whose steps have these names and that are accepted. */
function choicesOf(
  instance: Instance,
  names: readonly string[],
  accepts: (choices: Choices) => boolean,
): Choices | undefined {
  const from = (values: Values, choices: Choices): Choices | undefined => {
    const at = choices.steps.length;
    if (at === names.length) return accepts(choices) ? choices : undefined;
    let choice = -1;
    for (const step of successorsOf(instance, values)) {
      choice++;
      if (nameOf(step) !== names[at]) continue;
      const ahead = { ...choices, steps: [...choices.steps, choice] };
      const isOver = step.next === undefined;
      if (isOver && at + 1 < names.length) continue;
      const found = isOver ? (accepts(ahead) ? ahead : undefined) : from(renumber(step.next!, "in order"), ahead);
      if (found) return found;
    }
    return undefined;
  };
  for (const [initial, values] of instance.initial.entries()) {
    const found = from(renumber(values, "in order"), { initial, steps: [] });
    if (found) return found;
  }
  return undefined;
}
