/** The watchdog's thread: it tells a function of the model that does not return. It starts when it is loaded. */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";
import { onOneLine } from "../../traces/text/shown.js";
import { numberOfRunning } from "../model/running.js";
import type { WatchdogData } from "./watchdog.js";

/** In milliseconds: between two looks; until a function is told; between two lines where there is no terminal. */
const LOOK = 250;
const LONG = 1000;
const PLAIN = 30_000;
const ERASE = "\r\u001b[K";

const { memory, expression, live, columns } = workerData as WatchdogData;
const words = new Int32Array(memory);
/** The number of the function that was running at the last look, and since when. */
let number: number | undefined;
let since = 0;
/** Of a function that has been told: the session with the main thread, its name, and when it was told last. */
let told: { readonly session: Session; name: string; shown: number } | undefined;

function look(): void {
  const now = performance.now();
  const current = numberOfRunning(words);
  if (current === undefined || current !== number) {
    number = current;
    since = now;
    forget();
    return;
  }
  if (now - since < LONG) return;
  if (told === undefined) release();
  if (told !== undefined && told.name !== "") tell(told, now);
}

/** Has the main thread take its handlers of signals off, and asks for the name of the function. */
function release(): void {
  const session = new Session();
  try {
    session.connectToMainThread();
  } catch {
    // This Node has no inspector: signals wait until the function returns, and the line says only that one runs.
    told = { session, name: "a function of the model", shown: Number.NEGATIVE_INFINITY };
    return;
  }
  const own = { session, name: "", shown: Number.NEGATIVE_INFINITY };
  told = own;
  session.post("Runtime.evaluate", { expression, returnByValue: true }, (error, answer) => {
    const name: unknown = error === null ? answer.result.value : undefined;
    if (typeof name === "string") own.name = name.replace(/,$/, "");
  });
}

function tell(of: { name: string; shown: number }, now: number): void {
  if (now - of.shown < (live ? LONG : PLAIN)) return;
  of.shown = now;
  const seconds = Math.round((now - since) / 1000);
  const line = onOneLine(`${of.name} has run for ${seconds} s; a signal (Ctrl-C) ends popcheck now`);
  write(live ? `${ERASE}${line.slice(0, columns - 1)}` : `${line}\n`);
}

function forget(): void {
  if (told === undefined) return;
  if (live && told.shown > 0) write(ERASE);
  told.session.disconnect();
  told = undefined;
}

/** Writes to the standard error past Node's streams, which need the main thread. */
function write(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it.
  }
}

setInterval(look, LOOK);
