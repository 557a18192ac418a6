/** One of three nodes holds something; some guards never decide, and test/search/coverage.test.ts knows which. */
import { disabled, type Member, model, perMember, type StateOf, scalarset, single, vocabulary } from "popcheck/model";

const nodes = scalarset("node", { prefix: "N", size: 3 });
const variables = () => ({
  owner: single(null as Member<"node"> | null),
  has: perMember(nodes, false),
  level: single(0),
  busy: single(false),
});
const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();

const take = action("Take", { n: nodes }, (state, { n }) => {
  if (state.busy() || state.owner() !== null) return disabled;
  return state.withOwner(n).withHas(n, true).withLevel(1);
});

const give = action("Give", { n: nodes }, (state, { n }) => {
  if (!state.has(n)) return disabled;
  if (state.level() !== 1 || state.owner() !== n) return disabled;
  return state.withOwner(null).withHas(n, false).withLevel(0);
});

export default model({
  name: "one-holder",
  about: "one node at a time holds it",
  parameters: {},
  variables,
  actions: () => [take, give],
  properties: () => [
    always({
      name: "an owner has it",
      says: "whoever is the owner has it",
      for: {},
      // It stops at the first node that has it: which node that is, renaming changes.
      holds: (state) => (state.owner() === null) !== state.members(nodes).some((n) => state.has(n)),
      explain: () => "the owner does not have it",
    }),
  ],
});
