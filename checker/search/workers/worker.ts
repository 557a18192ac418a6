/**
 * A thread of a search beside the first. It knows no model: it expands rows by the tables. A row for which they lack
 * an entry it hands over to the first thread, and goes on with the next.
 */
import { workerData } from "node:worker_threads";
import { ANYWHERE, BETWEEN_CHUNKS, Control, FULL, GO_ON, HANDING, IDLE, LOST, PAUSED } from "./control.js";
import { ExpansionLoop, type Input, type SharedSearch } from "./expansion-loop.js";

export interface WorkerData {
  readonly shared: SharedSearch;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
}

const { shared, control: buffer, thread } = workerData as WorkerData;
const control = new Control(buffer);
const loop = new ExpansionLoop(shared, thread);

const input: Input = {
  take: () => control.takeChunk(),
  get source() {
    return control.source;
  },
  get beyond() {
    return control.beyond;
  },
  get large() {
    return control.large;
  },
};

/** Works on the open level until nothing is left of it. */
function level(): void {
  for (;;) {
    if (control.ended) return;
    const stop = loop.work(
      input,
      () => control.pause !== GO_ON,
      () => control.pause === ANYWHERE,
    );
    if (stop === "done") return;
    if (stop === "interrupted") {
      // When tables are moved, bins may hold rows; when the store is looked at, all rows must be in it.
      if (control.pause === BETWEEN_CHUNKS && !loop.empty()) control.reportAndWait(thread, FULL);
      else if (control.pause !== GO_ON) control.reportAndWait(thread, PAUSED);
    } else if (stop === "full") control.reportAndWait(thread, FULL);
    else if (control.handOver(thread, loop.expander.reference)) loop.expander.leaveRow();
    else control.reportAndWait(thread, HANDING);
    if (control.pause === ANYWHERE) control.reportAndWait(thread, PAUSED);
  }
}

try {
  for (;;) {
    control.reportAndWait(thread, IDLE);
    if (control.ended) break;
    level();
  }
} catch (error) {
  // While the first thread waits, it receives no events; so it is told of the loss by a word in shared memory.
  control.report(thread, LOST);
  throw error;
}
