/** A thread of a search by chance: it loads the model, and does parts of the search until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { errorData } from "../explore/parts.js";
import { partsOf } from "../explore/sampling.js";
import { type Message, serve } from "../explore/team.js";
import { loadModel } from "./models.js";
import type { SamplerData } from "./sample.js";
import { instantiate } from "./search.js";

const { reference, given, options, shift } = workerData as SamplerData;
const tell = (message: Message) => parentPort!.postMessage(message);
try {
  const { model } = await loadModel(reference);
  serve(partsOf(instantiate(model, given), options), shift, tell);
} catch (error) {
  tell({ kind: "error", error: errorData(error) });
}
