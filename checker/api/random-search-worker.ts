/** A thread of a random search: it loads the model, and runs batches until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { errorData } from "../errors.js";
import { loadModel } from "../models/models.js";
import { type BatchMessage, serveBatches } from "../search/random/batch-workers.js";
import { batchRunner } from "../search/random/random-search.js";
import { instantiate } from "./request.js";
import type { RandomSearchWorkerData } from "./run.js";

const { reference, given, options, assignment } = workerData as RandomSearchWorkerData;
const tell = (message: BatchMessage) => parentPort!.postMessage(message);
try {
  const { model } = await loadModel(reference);
  serveBatches(batchRunner(instantiate(model, given), options), assignment, tell);
} catch (error) {
  tell({ kind: "error", error: errorData(error) });
}
