/** A fixed number of truth values for each state. */
export class Bits {
  private readonly bytes: Uint8Array;
  private readonly stride: number;

  /** Returns the bytes for `count` truth values of each of `states` states. */
  static bytesFor(states: number, count: number): number {
    return states * Math.ceil(count / 8);
  }

  constructor(states: number, count: number) {
    this.stride = Math.ceil(count / 8);
    this.bytes = new Uint8Array(states * this.stride);
  }

  set(state: number, i: number): void {
    this.bytes[state * this.stride + (i >> 3)]! |= 1 << (i & 7);
  }

  has(state: number, i: number): boolean {
    return (this.bytes[state * this.stride + (i >> 3)]! & (1 << (i & 7))) !== 0;
  }
}
