/**
 * Records which sources a build compiles: `begin` before the first step of `npm run build`, `end` after the last. It
 * runs before anything is compiled, and so in a bundle of its own.
 */
import { recordBuildBegin, recordBuildEnd } from "./sources.js";

const [when] = process.argv.slice(2);
if (when === "begin") recordBuildBegin(process.cwd());
else if (when === "end") recordBuildEnd(process.cwd());
else throw new Error(`record-build takes begin or end, not ${when}`);
