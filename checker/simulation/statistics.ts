/** Means, percentiles, and confidence intervals by Student's t. */

/** A mean over several runs, with the half width of its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  /** Null for a single run, which tells nothing of others. */
  readonly halfWidth: number | null;
}

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, halfWidth: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: studentT(n - 1) * Math.sqrt(variance / n) };
}

/**
 * The 97.5 % quantile of Student's t with so many degrees of freedom: the half width of a 95 % interval in standard
 * errors.
 */
export function studentT(degrees: number): number {
  let [low, high] = [0, 1000];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (probabilityAbove(middle, degrees) > 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The probability that Student's t with so many degrees of freedom is above t, for t from 0, by its closed forms
 * (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4).
 */
function probabilityAbove(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let [term, sum] = [isOdd ? cosine : 1, 0];
  for (let i = isOdd ? 1 : 0; i < degrees - 1; i += 2) {
    sum += term;
    term *= ((i + 1) / (i + 2)) * cosine * cosine;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return (1 - within) / 2;
}

/** Latencies of which many are equal: those of single accesses, and so many of one value. */
export class Latency {
  private values = new Float64Array(1024);
  private count = 0;
  private sorted = true;
  /** By value: how many accesses had just that. */
  private readonly equal = new Map<number, number>();

  add(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
    this.sorted = false;
  }

  /** Adds a value so many times. */
  addEqual(value: number, times: number): void {
    this.equal.set(value, (this.equal.get(value) ?? 0) + times);
  }

  /** The number of values. */
  get total(): number {
    let total = this.count;
    for (const times of this.equal.values()) total += times;
    return total;
  }

  /** The mean; null if there is no value. */
  get mean(): number | null {
    let sum = 0;
    for (let i = 0; i < this.count; i++) sum += this.values[i]!;
    for (const [value, times] of this.equal) sum += value * times;
    return this.total === 0 ? null : sum / this.total;
  }

  /** The least value that at least so large a part of the values does not exceed; null if there is none. */
  percentile(part: number): number | null {
    const { total } = this;
    if (total === 0) return null;
    if (!this.sorted) this.values.subarray(0, this.count).sort();
    this.sorted = true;
    const rank = Math.max(1, Math.ceil(part * total));
    const equal = [...this.equal].sort(([a], [b]) => a - b);
    let passed = 0;
    let single = 0;
    for (const [value, times] of [...equal, [Number.POSITIVE_INFINITY, 0] as const]) {
      while (single < this.count && this.values[single]! < value) {
        if (++passed === rank) return this.values[single]!;
        single++;
      }
      passed += times;
      if (passed >= rank) return value;
    }
    return null;
  }
}
