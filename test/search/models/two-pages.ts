/**
 * Two pages, and caches that hold copies of them: each pair of page and cache has a copy, and each pair of cache and
 * page a channel of requests.
 */
import { Record } from "immutable";
import {
  Bag,
  choice,
  disabled,
  impossible,
  integer,
  type Member,
  matrix,
  model,
  nameOf,
  ordered,
  perMember,
  type ReceiveTable,
  type StateOf,
  scalarset,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  pages: integer("pages", { default: 2, min: 1, max: 3 }),
  caches: integer("caches", { default: 2, min: 1, max: 3 }),
  grants: choice("to whom the directory gives a page", "one", "anybody"),
};
const pages = scalarset("page", { prefix: "P", size: "pages" });
const caches = scalarset("cache", { prefix: "C", size: "caches" });
const orderedPages = ordered("page", { prefix: "P", size: "pages" });
type Page = Member<"page">;
type Cache = Member<"cache">;
type Options = ValuesOf<typeof parameters>;

class Request extends Record({ kind: "Get" as "Get" | "Put" }) {}
type Standing = "Invalid" | "Waiting" | "Valid";

/** Returns the model with its pages interchangeable, or in order. */
function twoPages(pages: typeof orderedPages | ReturnType<typeof scalarset<"page">>) {
  const ofPages = pages as ReturnType<typeof scalarset<"page">>;
  const variables = () => ({
    owner: perMember(ofPages, null as Cache | null),
    copy: matrix(ofPages, caches, "Invalid" as Standing),
    request: matrix(caches, ofPages, Bag.of<Request>()),
  });
  type State = StateOf<ReturnType<typeof variables>, Options>;
  const { action, receive, rule, always, leadsTo, reachable, goal } = vocabulary<State>();

  const send = (state: State, cache: Cache, page: Page, kind: Request["kind"]) =>
    state.withRequest(cache, page, state.request(cache, page).put(new Request({ kind })));
  const ask = action("Ask", { page: ofPages, cache: caches }, (state, { page, cache }) =>
    state.copy(page, cache) === "Invalid" ? send(state.withCopy(page, cache, "Waiting"), cache, page, "Get") : disabled,
  );
  const drop = action(
    "Drop",
    { page: ofPages, cache: caches },
    (state, { page, cache }) =>
      state.copy(page, cache) === "Valid" && state.request(cache, page).isEmpty()
        ? send(state.withCopy(page, cache, "Invalid"), cache, page, "Put")
        : disabled,
    { fair: "weak" },
  );

  interface Asked {
    readonly state: State;
    readonly page: Page;
    readonly cache: Cache;
  }
  const give = rule<Asked>("the page is given", ({ state, page, cache }) =>
    state.withOwner(page, cache).withCopy(page, cache, "Valid"),
  );
  const table: ReceiveTable<"free" | "owned", Request["kind"], Asked, State> = {
    name: "directory",
    rows: ["free", "owned"],
    columns: ["Get", "Put"],
    cells: {
      free: { Get: give, Put: impossible("nobody has it") },
      owned: {
        Get: rule("it waits, or is given as well", (asked) =>
          asked.state.parameters.grants === "anybody" ? give.next(asked) : disabled,
        ),
        Put: rule("the page is free", ({ state, page }) => state.withOwner(page, null)),
      },
    },
  };
  const directory = receive(
    "Directory",
    { cache: caches, page: ofPages },
    {
      channel: (state, { cache, page }) => state.request(cache, page),
      table,
      row: (state, { page }) => (state.owner(page) === null ? ("free" as const) : ("owned" as const)),
      column: ({ kind }: Request) => kind,
      context: (state, { cache, page }) => ({ state, cache, page }),
    },
    { fair: "strong" },
  );
  return model({
    name: "two-pages",
    about: "a directory of pages, each with a copy in each cache",
    parameters,
    variables,
    actions: () => [ask, drop, directory],
    properties: () => [
      always({
        name: "one copy",
        says: "no two caches have a copy of one page",
        for: { page: ofPages, a: caches, b: caches },
        holds: (state, { page, a, b }) => a === b || state.copy(page, a) !== "Valid" || state.copy(page, b) !== "Valid",
        explain: (_state, { page, a, b }) => `${nameOf(a)} and ${nameOf(b)} have ${nameOf(page)}`,
      }),
      leadsTo({
        name: "who asks gets it",
        says: "a cache that waits for a page gets it",
        for: { page: ofPages, cache: caches },
        from: (state, { page, cache }) => state.copy(page, cache) === "Waiting",
        to: (state, { page, cache }) => state.copy(page, cache) === "Valid",
        explain: (_state, { page, cache }) => `${nameOf(cache)} waits for ${nameOf(page)}`,
      }),
      reachable({
        name: "one cache has all",
        says: "some cache has all pages",
        goals: [
          goal("all pages", { cache: caches }, (state, { cache }) =>
            state.members(ofPages).every((page) => state.copy(page, cache) === "Valid"),
          ),
        ],
      }),
    ],
  });
}

export const twoInterchangeablePages = twoPages(pages);
/** Only the caches are reduced. */
export const twoOrderedPages = twoPages(orderedPages as never);
export default twoInterchangeablePages;
