/**
 * Signals, also while an author's function does not return. Node calls the handlers of signals between one piece of
 * JavaScript and the next, and so never while a function loops for ever. A thread of its own, the watchdog, tells such
 * a function: it names it on the terminal, and has this thread take its handlers off, through the inspector, which can
 * interrupt a loop. A signal then does what it does to any process. When the function does return, they are put back.
 */
import { Worker } from "node:worker_threads";
import { nameOfRunning, onReturn, runningMemory } from "../model/running.js";
import { compiledFile } from "../package.js";

/** What the watchdog's thread is given. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  /** What the thread has the main thread evaluate. */
  readonly expression: string;
  /** Whether the standard error is a terminal. */
  readonly live: boolean;
  readonly columns: number;
}

/** The name by which the inspector finds what it has to call: it sees nothing but globals. */
const RELEASE = "popcheck.releaseSignals";

/** The least memory that a thread of Node's can do with, or little more. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/** Whether this process has a watchdog; one serves all calls of `interruptedBy`, one after the other. */
let isWatched = false;

/**
 * Calls `interrupt` at the first of `signals` that arrives. A second one ends the process, since nothing handles it;
 * and so does any, once a function of the model has run for more than a second.
 * @returns a function that ends this
 */
export function interruptedBy(signals: readonly NodeJS.Signals[], interrupt: () => void): () => void {
  let waiting = true;
  const handle = () => {
    ended();
    interrupt();
  };
  const attach = () => {
    if (waiting) for (const signal of signals) process.on(signal, handle);
  };
  const detach = () => {
    for (const signal of signals) process.off(signal, handle);
  };
  const ended = () => {
    waiting = false;
    detach();
  };
  const globals = globalThis as unknown as Record<symbol, unknown>;
  globals[Symbol.for(RELEASE)] = () => {
    const name = nameOfRunning();
    if (name === undefined) return undefined;
    detach();
    onReturn(attach);
    return name;
  };
  attach();
  if (!isWatched) watch();
  isWatched = true;
  return () => {
    ended();
    delete globals[Symbol.for(RELEASE)];
  };
}

function watch(): void {
  const workerData: WatchdogData = {
    memory: runningMemory(),
    expression: `globalThis[Symbol.for(${JSON.stringify(RELEASE)})]?.()`,
    live: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
  };
  const worker = new Worker(compiledFile("checker/cli/watchdog-thread.js"), { workerData, resourceLimits: LIMITS });
  // Without a watchdog signals are handled as ever, but while a function runs.
  worker.on("error", () => {});
  worker.unref();
}
