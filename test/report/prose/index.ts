/** The prose of docs/findings.md. There is no figure in it: it asks for each. */
import type { Prose } from "../document.js";
import { fails } from "./fails.js";
import { pitfalls } from "./pitfalls.js";
import { readings } from "./readings.js";
import { repairs } from "./repairs.js";
import { right } from "./right.js";
import { stages } from "./stages.js";
import { again, summary } from "./summary.js";

export const prose: Prose = { summary, right, fails, repairs, stages, pitfalls, readings, again };
