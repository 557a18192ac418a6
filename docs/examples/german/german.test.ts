/** What this protocol must do, as tests: `npm test`. The matchers search; `stateOf` builds one state and applies rules. */
import "popcheck/vitest";
import { stateOf } from "popcheck";
import { german, nodes } from "popcheck/spec/german";
import { expect, test } from "vitest";

test("no node writes beside another that reads, and all read what was written last", async () => {
  await expect(german).toHold(["CntrlProp", "DataProp"], { parameters: { nodes: 2 } });
});

test("a node writes after some steps", async () => {
  await expect(german).toReach("some i: node[i].cache = E", { parameters: { nodes: 2 }, steps: 4 });
});

test("an exclusive copy that is invalidated takes its data back", () => {
  const start = stateOf(german, { nodes: 2 });
  const [n1] = start.state.members(nodes);
  const owner = start.state.node(n1!).merge({ cache: "E", data: 2, grant: "Inv" });
  const after = start.with({ node: { N1: owner } }).apply("SendInvAck", { i: "N1" });
  expect(after.state.node(n1!)).toMatchObject({ cache: "I", acked: true, ackData: 2, grant: "Empty" });
});
