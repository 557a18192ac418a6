/**
 * Which copy of this module made something. Members are known by identity, channels and ordinals by their classes, and
 * `disabled` is one object: what one copy of the module makes means nothing to another one, however alike they are. So
 * what is made bears the mark of its maker, and a model of mixed makes is refused in a sentence.
 */
import { LoadError } from "../errors.js";

/** A copy of the module, as it was loaded. */
export interface ModuleCopy {
  /** The folder that it was loaded from. */
  place: string;
  /** Returns the version of the package that it belongs to. */
  version: () => string;
}

/** The copy that this file belongs to. Where it lies says where.ts, which pages in browsers do not load. */
export const thisCopy: ModuleCopy = { place: "a page", version: () => "unknown" };

/** All copies write and read this property. */
const MARK = Symbol.for("popcheck.copy");

/** Marks something, or the prototype of a class, as made by this copy. */
export function marked<T extends object>(made: T): T {
  return Object.defineProperty(made, MARK, { value: thisCopy });
}

/** Returns the copy that made something, if it was another one; undefined if it was this one, or is not known. */
export function otherMaker(made: unknown): ModuleCopy | undefined {
  if (typeof made !== "object" || made === null) return undefined;
  const maker = (made as { readonly [MARK]?: ModuleCopy })[MARK];
  return maker === thisCopy ? undefined : maker;
}

/**
 * Refuses what another copy has made.
 * @param what names it, as the beginning of the sentence
 * @throws LoadError that names the two copies, and says what to do
 */
export function refuseOtherMaker(what: string, made: unknown): void {
  const other = otherMaker(made);
  if (other !== undefined) throw new LoadError(`${what} was made by ${otherInWords(other)}`);
}

/** Names another copy and this one, and says what to do. */
function otherInWords(other: ModuleCopy): string {
  const again = other.place === thisCopy.place ? "the same folder, loaded a second time" : placeInWords(other);
  return (
    `another copy of popcheck/model than the one that checks it\n  made by ${again}\n  checked by ${placeInWords(thisCopy)}\n` +
    "  What one copy makes means nothing to another. Install popcheck once (npm ls popcheck lists all copies), import\n" +
    "  popcheck/model by its name, not by a path, and do not bundle it into a package of models."
  );
}

/** Says where a copy was loaded from, with its version. */
export function placeInWords({ place, version }: ModuleCopy): string {
  return `${place}, version ${version()}`;
}
