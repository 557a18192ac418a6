/** One queue of at most n messages of four kinds: 4^0 + … + 4^n contents, and as many states. */
import {
  disabled,
  integer,
  model,
  oneOf,
  Queue,
  type StateOf,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = { n: integer("capacity", { default: 8, min: 1, max: 12 }) };
const variables = () => ({ q: single(Queue.of<string>()) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();
const put = action("Put", { m: oneOf("a", "b", "c", "d") }, (s, { m }) =>
  s.q().size < s.parameters.n ? s.withQ(s.q().put(m)) : disabled,
);
const take = action("Take", {}, (s) => {
  const [m] = s.q().takeable();
  return m === undefined ? disabled : s.withQ(s.q().take(m));
});
const p = always({
  name: "p",
  says: "the queue is not too long",
  for: {},
  holds: (s) => s.q().size <= s.parameters.n,
  explain: () => "it is too long",
});
export default model({
  name: "queue-values",
  about: "one FIFO",
  parameters,
  variables,
  actions: () => [put, take],
  properties: () => [p],
});
