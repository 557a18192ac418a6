/** Long tasks that pause now and then, so that events are handled meanwhile: an interrupt, a line of progress. */

/** The time between two pauses in which events are handled, in milliseconds. */
const SLICE = 50;

/** Runs a task to its end. At some of its pauses events are handled, and then `between` is called. */
export async function inSlices<T>(task: Generator<unknown, T>, between: () => void = () => {}): Promise<T> {
  let until = performance.now() + SLICE;
  for (;;) {
    const { done, value } = task.next();
    if (done) return value;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    between();
    until = performance.now() + SLICE;
  }
}

/** Runs a task to its end, without a pause. */
export function atOnce<T>(task: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = task.next();
    if (done) return value;
  }
}
