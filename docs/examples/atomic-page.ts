/**
 * What a page is to an application, without messages, a home or races: a cache asks for the page, some time it has it,
 * and some time it may lose it again. The directory protocol of docs/examples/directory refines it:
 * docs/how-to/refine-a-model.md.
 */
import {
  disabled,
  type Member,
  model,
  type OrdinalValue,
  perMember,
  type StateOf,
  single,
  type ValuesOf,
  vocabulary,
  withProperties,
} from "popcheck/model";
import directory, { caches, Directory, type State as DirectoryState, type pages } from "./directory/protocol.js";

const parameters = { caches: directory.parameters.caches };
type Parameters = ValuesOf<typeof parameters>;
type CacheName = Member<"cache">;

// ---- The abstract model ----------------------------------------------------------------------------------------------

const variables = () => ({
  page: perMember(caches, "Invalid" as (typeof pages)[number]),
  /** What a cache that may read sees. */
  data: perMember(caches, null as OrdinalValue | null),
  latest: single(new Directory().data),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
const { action } = vocabulary<State>();

const ask = action(
  "Ask",
  { c: caches },
  (state, { c }) => {
    const lost = state.withData(c, null);
    if (state.page(c) === "Invalid") return [lost.withPage(c, "Reading"), lost.withPage(c, "Writing")];
    return state.page(c) === "Shared" ? lost.withPage(c, "Writing") : disabled;
  },
  { environment: true },
);

/** The page is had with the data that was written last; to write it, no other cache has it. */
const get = action(
  "Get",
  { c: caches },
  (state, { c }) => {
    const had = state.others(c).map((other) => state.page(other));
    const seen = state.withData(c, state.latest());
    if (state.page(c) === "Reading") return had.includes("Modified") ? disabled : seen.withPage(c, "Shared");
    if (state.page(c) !== "Writing" || had.includes("Modified") || had.includes("Shared")) return disabled;
    return seen.withPage(c, "Modified");
  },
  // Who asks again and again for what is possible again and again gets it.
  { fair: "strong" },
);

/** A cache may lose the page; nothing says that it must. */
const lose = action("Lose", { c: caches }, (state, { c }) =>
  state.page(c) === "Shared" || state.page(c) === "Modified"
    ? state.withPage(c, "Invalid").withData(c, null)
    : disabled,
);

const store = action(
  "Store",
  { c: caches },
  (state, { c }) => {
    if (state.page(c) !== "Modified") return disabled;
    const written = state.latest().justAfter();
    return state.withData(c, written).withLatest(written);
  },
  { environment: true },
);

export const atomicPage = model({
  name: "atomic-page",
  about: "a page that caches ask for and get in one step",
  parameters,
  variables,
  actions: () => [ask, get, lose, store],
  properties: () => [],
});

// ---- The refinement mapping -----------------------------------------------------------------------------------------

const { refines } = vocabulary<DirectoryState>();

const mayBeRead = (state: DirectoryState, c: CacheName) =>
  state.cache(c).page === "Shared" || state.cache(c).page === "Modified";

const refined: typeof directory = withProperties(directory, ({ caches }) =>
  refines({
    name: "refines atomic-page",
    says: "caches get the page as if in one step",
    model: atomicPage,
    parameters: { caches },
    map: {
      page: (state, c) => state.cache(c).page,
      data: (state, c) => (mayBeRead(state, c) ? state.cache(c).data : null),
      latest: (state) => state.latest(),
    },
  }),
);

export default refined;
