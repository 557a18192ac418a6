/**
 * The vocabulary that authors write protocols with: `import { … } from "popcheck/model"`. Read the files in the order
 * of these lines.
 */

export { UsageError } from "../errors.js";
export { type Action, type Binding, type CellUsed, disabled, oneOf, optional, type Result } from "./action.js";
export { Bag, Channel, Queue } from "./channel.js";
export type { Compassion } from "./compassion.js";
export { type Model, model, withProperties } from "./model.js";
export { Floor, type Ordinal, type OrdinalValue, ordinal } from "./ordinal.js";
export { choice, flag, integer, type ValuesOf } from "./parameters.js";
export { everyCell, everyColumn, type Goal, type Property, type Step } from "./property.js";
export { type Cells, cellName, type Impossible, impossible, type ReceiveTable, type Rule } from "./receive.js";
export { type IndexSet, type Member, nameOf, names, type OrderedMember, ordered, scalarset } from "./scalarset.js";
export type { StateOf } from "./state.js";
export { format } from "./value.js";
export { perMember, perPair, single, type Variable } from "./variables.js";
export { type Vocabulary, vocabulary } from "./vocabulary.js";
