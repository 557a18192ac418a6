/**
 * Random numbers from a seed, the same on every machine. Each stream has numbers of its own, so that each walk or
 * member has choices of its own.
 */
export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seed a whole number up to 2^53 @param stream a whole number up to 2^32 */
  constructor(seed: number, stream: number) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 2 ** 32) | 0;
    this.c = stream | 0;
    // As many rounds as the tests of the generator's author take to mix the seed in.
    for (let i = 0; i < 15; i++) this.next();
  }

  /** Returns 32 random bits (Chris Doty-Humphrey's sfc32). */
  next(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /**
   * Returns one of 0 … n - 1, each as likely as the others: numbers that would favour the first ones are drawn again.
   */
  below(n: number): number {
    if (n === 1) return 0;
    const fair = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const thrown = this.next();
      if (thrown < fair) return thrown % n;
    }
  }

  /** Puts `items` into a random order, each as likely as the others, and returns them. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
