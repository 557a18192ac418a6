/**
 * Records which sources a build compiles: `begin` before the first step of `npm run build`, `end` after the last. It
 * runs before anything is compiled, and so in a bundle of its own. `is-built` ends with exit status 1 if a build is
 * needed.
 */
import { isBuilt, recordBuildBegin, recordBuildEnd } from "./sources.js";

const [when] = process.argv.slice(2);
if (when === "begin") recordBuildBegin(process.cwd());
else if (when === "end") recordBuildEnd(process.cwd());
else if (when === "is-built") process.exitCode = isBuilt(process.cwd()) ? 0 : 1;
else throw new Error(`record-build takes begin, end or is-built, not ${when}`);
