/**
 * Random pairs of models, with a mapping from the states of one to those of the other: members around a shared value,
 * with random rules and random fairness. The abstract model is often permissive, so that some pairs are refinements.
 */
import { disabled, model, type Property, type RefinementMapping, vocabulary } from "../../checker/model/index.js";
import { dice } from "./dice.js";
import { LOCALS, members, type State, VIEWS, variables, viewOf } from "./random-systems.js";

const { action, refines } = vocabulary<State>();

/** What a rule does: the member's new value, and what becomes of the shared one: it stays, is nobody, or the member. */
interface Effect {
  readonly local: number;
  readonly shared: "stays" | "nobody" | "member";
}
const EFFECTS: readonly Effect[] = [0, 1].flatMap((local) =>
  (["stays", "nobody", "member"] as const).map((shared) => ({ local, shared })),
);

/** Makes a concrete model of `size` members, the model that it may refine, and the mapping. */
export function randomRefinement(seed: number, size: number) {
  const roll = dice(seed * 6151 + 29);
  for (let i = 0; i < 8; i++) roll(2);
  const some = (sides: number) => roll(sides) === 0;
  const table = <T>(entry: () => T) => Array.from({ length: VIEWS }, entry);
  const effect = () => EFFECTS[roll(EFFECTS.length)]!;
  const parameters = { members: { kind: "integer" as const, about: "", default: size, min: 1, max: 4 } };
  const random = (name: string, actions: number, isPermissive: boolean) => {
    const all = Array.from({ length: actions }, (_, n) => {
      const rules = table(() => {
        if (isPermissive && !some(8)) return some(3) ? EFFECTS : EFFECTS.filter(() => !some(6));
        return some(2) ? [] : some(4) ? [effect(), effect()] : [effect()];
      });
      const fair = ([undefined, "weak", "strong"] as const)[roll(3)];
      return action(
        `A${n}`,
        { i: members },
        (state, { i }) => {
          const effects = rules[viewOf(state, i)]!;
          if (effects.length === 0) return disabled;
          return effects.map(({ local, shared }) => {
            const next = state.withLocal(i, local);
            return shared === "stays" ? next : next.withShared(shared === "nobody" ? null : i);
          });
        },
        fair === undefined ? {} : { fair },
      );
    });
    // An initial state of its own now and then, which the other need not have.
    const hasOwn = some(4);
    return model({
      ...{ name, about: "", parameters, variables },
      initial: (declared) =>
        hasOwn ? [declared, declared.members(members).reduce((s, i) => s.withLocal(i, 1), declared)] : [declared],
      actions: () => all,
      properties: () => [],
    });
  };
  const abstract = random("abstract", 1 + roll(2), !some(3));
  const concrete = random("concrete", 1 + roll(3), false);
  const locals = some(2) ? undefined : table(() => roll(LOCALS));
  const hides = some(3);
  const map: RefinementMapping<State, ReturnType<typeof variables>> = {
    local: (state, i) => (locals === undefined ? state.local(i) : locals[viewOf(state, i)]!),
    shared: (state) => (hides ? null : state.shared()),
  };
  const properties = (): readonly Property<State>[] => refines({ name: "refines", says: "", model: abstract, map });
  return { concrete: { ...concrete, properties }, abstract, map };
}
