/**
 * Parameters: what a model can be instantiated with. Each has a type, a default, allowed values, and a sentence that
 * describes it.
 */

export interface IntegerParameter {
  readonly kind: "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

export interface ChoiceParameter<T extends string> {
  readonly kind: "choice";
  readonly default: T;
  readonly values: readonly T[];
  readonly about: string;
}

export interface FlagParameter {
  readonly kind: "flag";
  readonly default: boolean;
  readonly about: string;
}

/** A text that the model itself takes apart. */
export interface TextParameter {
  readonly kind: "text";
  readonly default: string;
  /** What the text is, as the help names it: "TYPE,...". */
  readonly shape: string;
  readonly about: string;
}

/** A declared parameter. Declare one with `integer`, `choice`, `flag` or `text`. */
export type Parameter = IntegerParameter | ChoiceParameter<string> | FlagParameter | TextParameter;
export type Parameters = { readonly [name: string]: Parameter };

/** The types of the values of declared parameters. */
export type ValuesOf<P> = {
  readonly [K in keyof P]: P[K] extends ChoiceParameter<infer T>
    ? T
    : P[K] extends FlagParameter
      ? boolean
      : P[K] extends TextParameter
        ? string
        : number;
};

/** The values of any model's parameters, by name. */
export type ParameterValues = Readonly<Record<string, string | number | boolean>>;

/** Declares an integer from `min` to `max`, both included. @param about describes it in the help */
export function integer(about: string, range: { default: number; min: number; max: number }): IntegerParameter {
  return { kind: "integer", about, ...range };
}

/** Declares a choice among several words, of which the first is the default. @param about describes it in the help */
export function choice<const T extends string>(about: string, ...values: readonly [T, ...T[]]): ChoiceParameter<T> {
  return { kind: "choice", about, values, default: values[0] };
}

/** Declares a flag. @param about describes it in the help */
export function flag(about: string, byDefault: boolean): FlagParameter {
  return { kind: "flag", about, default: byDefault };
}

/**
 * Declares a text, which the model refuses itself if it means nothing.
 * @param about describes it in the help
 * @param shape is what the text is, as the help names it
 */
export function text(about: string, { shape, default: byDefault }: { shape: string; default: string }): TextParameter {
  return { kind: "text", about, shape, default: byDefault };
}

/** Says what is wrong with a value for a parameter; undefined if nothing is. */
export function wrongWith(name: string, parameter: Parameter, value: unknown): string | undefined {
  if (parameter.kind === "integer") {
    const { min, max } = parameter;
    return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `--${name} takes an integer from ${min} to ${max}, not ${String(value)}`;
  }
  if (parameter.kind === "flag") {
    return typeof value === "boolean"
      ? undefined
      : `--${name} is a flag: give --${name} or --no-${name}, not ${String(value)}`;
  }
  if (parameter.kind === "text")
    return typeof value === "string" && value !== "" ? undefined : `--${name} takes ${parameter.shape}, not nothing`;
  return parameter.values.includes(value as string)
    ? undefined
    : `--${name} takes one of ${parameter.values.join(", ")}, not ${String(value)}`;
}

/** Returns the same values; the name of each that is read from now on is put into `read`. */
export function notedParameters(values: ParameterValues, read: Set<string>): ParameterValues {
  return new Proxy(values, {
    get(target, name) {
      if (typeof name === "string" && Object.hasOwn(target, name)) read.add(name);
      return Reflect.get(target, name);
    },
  });
}
