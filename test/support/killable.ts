/**
 * Runs what may come to no end in a thread that is ended then. No deadline of a test stops a loop that never returns to
 * the test's own thread, and a mistake in an algorithm on graphs often makes such a loop.
 */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { compiledFile } from "../../checker/package.js";
import { PROCESS_DEADLINE } from "./deadlines.js";

interface Given {
  readonly file: string;
  readonly name: string;
  readonly items: readonly unknown[];
}

/** What the thread says of an item. The event of an error may come before the messages of the items before it. */
type Answer<R> = { readonly result: R } | { readonly error: unknown };

/**
 * Calls a function with each of `items`, in a thread, and returns what it has returned.
 * @param file the module of the function, as its path in the package without ".ts"; what is compiled of it runs
 * @param name the exported function; it takes an item and returns a value that can be sent between threads
 * @param deadline milliseconds for one item
 * @throws Error if the function throws, or takes longer than `deadline`, with the item
 */
export async function inThread<T, R>(
  file: string,
  name: string,
  items: readonly T[],
  deadline = PROCESS_DEADLINE,
): Promise<R[]> {
  if (items.length === 0) return [];
  const given: Given = { file: compiledFile(`${file}.js`).href, name, items };
  const thread = new Worker(compiledFile("test/support/killable.js"), { workerData: given });
  const results: R[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const at = () => `${name} of ${JSON.stringify(items[results.length])}`;
      const late = () => reject(new Error(`${at()} has come to no end within ${deadline / 1000} s`));
      let timer = setTimeout(late, deadline);
      const failed = (error: unknown) =>
        reject(new Error(`${at()}: ${error instanceof Error ? error.message : error}`, { cause: error }));
      thread.on("message", (answer: Answer<R>) => {
        clearTimeout(timer);
        if ("error" in answer) return failed(answer.error);
        results.push(answer.result);
        if (results.length === items.length) resolve();
        else timer = setTimeout(late, deadline);
      });
      thread.on("error", (error) => {
        clearTimeout(timer);
        failed(error);
      });
    });
  } finally {
    await thread.terminate();
  }
  return results;
}

if (parentPort !== null && typeof (workerData as Partial<Given> | null)?.file === "string") {
  const { file, name, items } = workerData as Given;
  const module = (await import(file)) as Record<string, (item: unknown) => unknown>;
  for (const item of items) {
    try {
      parentPort.postMessage({ result: await module[name]!(item) });
    } catch (error) {
      parentPort.postMessage({ error });
      break;
    }
  }
}
