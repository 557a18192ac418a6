/**
 * The vocabulary that authors write protocols with: `import { … } from "popcheck/model"`. Read the files in the order
 * of these lines.
 */
export { UsageError } from "../errors.js";
export type { Access, Accesses } from "./accesses.js";
export {
  type Action,
  type ActionOptions,
  type Binding,
  type CellUsed,
  type Choice,
  chooseAny,
  type Disabled,
  type Domains,
  disabled,
  type Fairness,
  oneOf,
  optional,
  type Result,
  type Run,
} from "./action.js";
export { assert } from "./assertion.js";
export type { Capacity, Overflow } from "./capacity.js";
export { Bag, Channel, Queue } from "./channel.js";
export type { Compassion, CompassionOf } from "./compassion.js";
export { type Constant, constant, type MembersOf } from "./constant.js";
export type {
  ActionConstraint,
  ActionConstraintOf,
  Constraint,
  StateConstraint,
  StateConstraintOf,
} from "./constraint.js";
export { type Model, model, withProperties } from "./model.js";
export { Floor, type Ordinal, type OrdinalOptions, type OrdinalValue, ordinal } from "./ordinal.js";
export {
  type ChoiceParameter,
  choice,
  type FlagParameter,
  flag,
  type IntegerParameter,
  integer,
  type Parameters,
  type ParameterValues,
  type ValuesOf,
} from "./parameters.js";
export {
  type ChannelEnds,
  type End,
  type Ends,
  type FieldEnds,
  type Process,
  type SingleProcess,
  singleProcess,
} from "./process.js";
export {
  type Always,
  type AlwaysStep,
  everyCell,
  everyColumn,
  type Goal,
  type Initial,
  type Invariant,
  type LeadsTo,
  type Liveness,
  type NoDeadlock,
  type NoUnspecifiedReception,
  noUnspecifiedReception,
  type Property,
  type Reachable,
  type Step,
  type StepInvariant,
} from "./property.js";
export {
  type Cells,
  type Impossible,
  impossible,
  type Receiver,
  type ReceiveTable,
  type Rule,
} from "./receive.js";
export type { RefinementMapping, Refines } from "./refinement-mapping.js";
export {
  type IndexSet,
  type Member,
  nameOf,
  names,
  type OrderedMember,
  ordered,
  type SetOptions,
  scalarset,
  union,
} from "./scalarset.js";
export type { Readers, StateBase, StateOf } from "./state.js";
export type { CountedStep, StepFairness, StepFairnessOf } from "./step-fairness.js";
export { cellName, type DescribedTable } from "./table.js";
export { format } from "./value.js";
export { type BoundsOf, matrix, perMember, perPair, single, type Variable, type Variables } from "./variables.js";
export { type Vocabulary, vocabulary } from "./vocabulary.js";
export type { Where } from "./where.js";
