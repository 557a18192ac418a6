/** A thread beside the first. It knows no protocol: it expands rows by the tables, and asks the first thread for what they lack. */
import { workerData } from "node:worker_threads";
import { ANYWHERE, ASKING, BETWEEN_CHUNKS, Control, FULL, GO_ON, IDLE, LOST, PAUSED } from "./control.js";
import { ExpansionLoop, type Input, type SharedSearch } from "./expansion-loop.js";

export interface WorkerData {
  readonly shared: SharedSearch;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
}

const { shared, control: buffer, thread } = workerData as WorkerData;
const control = new Control(buffer);
const runner = new ExpansionLoop(shared, thread);

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

/** Works on a level until nothing is left of it. */
function level(): void {
  for (;;) {
    if (control.ended) return;
    const stop = runner.work(input, () => control.pause !== GO_ON);
    if (stop === "done") return;
    if (stop === "asked") {
      // Whoever moves tables does not care for the bins; whoever looks at the store does.
      if (control.pause === BETWEEN_CHUNKS && !runner.empty()) control.reportAndWait(thread, FULL);
      else if (control.pause !== GO_ON) control.reportAndWait(thread, PAUSED);
    } else control.reportAndWait(thread, stop === "miss" ? ASKING : FULL);
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
  // The first thread may be waiting, and would not hear of an event.
  control.report(thread, LOST);
  throw error;
}
