/**
 * Popcorn with all its properties, to be changed: another stage's table, a cell of it, a property more. The options are
 * those of `popcheck check popcorn`.
 */
import { popcornProperties } from "popcheck/invariants/popcorn";
import { withProperties } from "popcheck/model";
import { popcorn } from "popcheck/spec/popcorn";

export default withProperties(popcorn, popcornProperties);
