/**
 * The release of memories that nobody uses any more. A WebAssembly memory never shrinks; what it has touched returns to
 * the system only when the garbage collector finds that the whole memory is out of use, and the collector does not know
 * how much that is.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How long to wait for other threads, which may hold the memory until they have ended, in milliseconds. */
const PATIENCE = 2000;
const PAUSE = 20;
/** How much of what was touched is to be gone, and what counts as no more going, in bytes. */
const SHARE = 0.9;
const STILL = 2 ** 20;

let collect: (() => void) | undefined;

/**
 * Has the memories that were let go returned to the system.
 * @param bytes how much they had touched; once that is gone, and no more goes, nothing is waited for any longer
 */
export function releaseMemories(bytes: number): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  const before = besideHeap();
  let last = before;
  const until = performance.now() + PATIENCE;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    collect();
    const now = besideHeap();
    if ((before - now > SHARE * bytes && last - now < STILL) || performance.now() > until) return;
    last = now;
    Atomics.wait(sleeper, 0, 0, PAUSE);
  }
}

/** The resident memory of the process without the collector's heap, which shrinks as well. */
function besideHeap(): number {
  const { rss, heapTotal } = process.memoryUsage();
  return rss - heapTotal;
}
