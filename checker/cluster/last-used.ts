/** A map that keeps what was used last: what a process can read again need not stay in its memory. */
export class LastUsed<Key, Value> {
  /** The one used longest ago first. */
  private readonly values = new Map<Key, Value>();

  /** @param most how many values are kept, at least 1 */
  constructor(private readonly most: number) {}

  /** Returns the value of `key`; undefined if it has none, or if that was used too long ago. */
  get(key: Key): Value | undefined {
    const value = this.values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value!);
  }

  delete(key: Key): void {
    this.values.delete(key);
  }
}
