/** A thread that reads transitions beside the first. It knows no model, and answers nothing. */
import { workerData } from "node:worker_threads";
import { ShardedStore } from "../store/shards.js";
import { Expander } from "../wasm/expander.js";
import type { ReaderData } from "./readers.js";
import { LOST, ReadingControl } from "./reading-control.js";
import { TransitionReader } from "./transition-reader.js";

const { shared, arrays, control: buffer, thread } = workerData as ReaderData;
const control = new ReadingControl(buffer);

try {
  const expander = new Expander(shared.modules.expand, shared.engineMemory, shared.contexts[thread]!);
  const store = new ShardedStore(shared.modules.store, shared.store, thread);
  const reader = new TransitionReader(expander, store, arrays, control);
  while (control.waitForRound(thread)) reader.takePart();
} catch (error) {
  // While the first thread waits, it receives no events; so it is told of the loss by a word in shared memory.
  control.report(thread, LOST);
  throw error;
}
