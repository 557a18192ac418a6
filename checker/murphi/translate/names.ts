/** Names of the translation: those that TypeScript, the vocabulary and the translation itself have are taken. */

const TYPESCRIPT = `abstract any as async await bigint boolean break case catch class const continue debugger declare default delete
  do else enum export extends false finally for from function get if implements import in infer instanceof interface
  is keyof let module namespace never new null number object of package private protected public readonly return
  satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown var void
  while with yield eval arguments`;

const VOCABULARY = `action actionConstraint always assert bag chooseAny disabled goal initial integer model nameOf noDeadlock
  oneOf ordered perMember matrix reachable scalarset single union vocabulary variables parameters state next declared
  before after calls deadlock is isMap isRecord properties constraints actions steps round Bag Binding Choice Disabled Domains Member Model
  OrderedMember Parameters Result State StateOf ValuesOf Array BigInt Boolean Error Infinity Math NaN Number Object
  Record Set String Symbol ImmutableMap`;

const HELPERS = `added among argument bits changed complement counted defined divided exact filled gathered inRange isOneOf isSame
  membersOf rounded messageInRange mayStutter range removed shifted remainder`;

const TAKEN: ReadonlySet<string> = new Set([TYPESCRIPT, VOCABULARY, HELPERS].join(" ").split(/\s+/));

export class Names {
  private readonly taken = new Set<string>();

  /** Takes a name that is free, or the first free one that it begins. */
  take(wanted: string, others: (name: string) => boolean = () => false): string {
    const name = this.free(wanted, others);
    this.taken.add(name);
    return name;
  }

  free(wanted: string, others: (name: string) => boolean = () => false): string {
    const isTaken = (name: string) => TAKEN.has(name) || this.taken.has(name) || others(name);
    if (!isTaken(wanted)) return wanted;
    for (let number = 2; ; number++) if (!isTaken(`${wanted}${number}`)) return `${wanted}${number}`;
  }
}

/** Returns a name with a small first letter; of one in capitals, all of them small: `home` of `HOME`. */
export function lowered(name: string): string {
  if (name === name.toUpperCase())
    return name.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Returns a name as one of a type: `CacheState` of `CACHE_STATE`. */
export function capitalized(name: string): string {
  if (name === name.toUpperCase() && name.length > 1)
    return name
      .split("_")
      .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
      .join("");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Returns an identifier made of the words of a text: `recvInvAck` of "recv inv-ack". */
export function identifier(words: string, otherwise: string): string {
  const parts = words.split(/[^A-Za-z0-9]+/).filter((part) => part !== "");
  const [first = otherwise, ...others] = parts;
  const name = [lowered(first), ...others.map((part) => part.charAt(0).toUpperCase() + part.slice(1))].join("");
  return /^[A-Za-z]/.test(name) ? name : `${otherwise}${name}`;
}
