/** Conway's Game of Life on a board without neighbours beyond its edges, begun with every pattern. */
import { List } from "immutable";
import { integer, model, type StateOf, single, type ValuesOf, vocabulary } from "popcheck/model";

const parameters = { n: integer("side", { default: 4, min: 1, max: 5 }) };
type P = ValuesOf<typeof parameters>;
const variables = ({ n }: P) => ({ grid: single(List<boolean>(Array(n * n).fill(false))) });
type State = StateOf<ReturnType<typeof variables>, P>;
const { action, always } = vocabulary<State>();
const next = action("Next", {}, (s) => {
  const n = s.parameters.n,
    g = s.grid();
  const alive = (x: number, y: number) => (x >= 0 && y >= 0 && x < n && y < n && g.get(x * n + y) ? 1 : 0);
  return s.withGrid(
    g.map((c, i) => {
      const x = Math.floor(i / n),
        y = i % n;
      let k = -alive(x, y);
      for (const a of [-1, 0, 1]) for (const b of [-1, 0, 1]) k += alive(x + a, y + b);
      return c ? k === 2 || k === 3 : k === 3;
    }),
  );
});
const ok = always({
  name: "TypeOK",
  says: "the board keeps its size",
  for: {},
  holds: (s) => s.grid().size === s.parameters.n ** 2,
  explain: () => "it does not",
});
export default model({
  name: "life",
  about: "the board in one list",
  parameters,
  variables,
  initial: (d) =>
    Array.from({ length: 2 ** (d.parameters.n ** 2) }, (_, k) =>
      d.withGrid(List(Array.from({ length: d.parameters.n ** 2 }, (_, i) => ((k >> i) & 1) === 1))),
    ),
  actions: () => [next],
  properties: () => [ok],
});
