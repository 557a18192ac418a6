/** The module `expand`: what TypeScript calls of it. */
export { canonicalize, expand, init, keysOfInput, loadRow, seed } from "./expansion";
export { contentOfInput, transitions } from "./graph";
export { rebuildNodeTable } from "./pairs";
