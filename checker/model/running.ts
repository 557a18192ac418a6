/**
 * Which of an author's functions this thread is running. A watchdog on another thread (checker/cli/watchdog.ts) can
 * tell by it one that does not return, and so keeps this thread from handling signals.
 */

/** The words of the shared memory: how many functions have begun, and how deep in functions the thread is. */
const BEGUN = 0;
const DEPTH = 1;

const shared = new Int32Array(new SharedArrayBuffer(8));
let naming: (() => string) | undefined;
let returning: (() => void) | undefined;

/** Runs an author's function. @param who names it */
export function running<T>(who: () => string, run: () => T): T {
  const before = naming;
  naming = who;
  shared[BEGUN]!++;
  shared[DEPTH]!++;
  try {
    return run();
  } finally {
    shared[DEPTH]!--;
    naming = before;
    if (returning !== undefined) returned();
  }
}

function returned(): void {
  const call = returning;
  returning = undefined;
  call?.();
}

/** Returns the name of the function that is running; undefined if none is. */
export function nameOfRunning(): string | undefined {
  return naming?.();
}

/** Has `call` called once, as soon as the function that is running returns. */
export function onReturn(call: () => void): void {
  returning = call;
}

/** What another thread needs to see which function is running. */
export function runningMemory(): SharedArrayBuffer {
  return shared.buffer as SharedArrayBuffer;
}

/** Returns a number that changes with every function that begins; undefined while none is running. */
export function numberOfRunning(memory: Int32Array): number | undefined {
  return Atomics.load(memory, DEPTH) === 0 ? undefined : Atomics.load(memory, BEGUN);
}
