/**
 * The stack of a depth-first search: the nodes on the way, each with its successors that are still to be looked at. It
 * may become very deep, so it is kept in typed arrays.
 */
export class Stack {
  depth = 0;
  private nodes = new Uint32Array(1024);
  private numbers = new Uint32Array(1024);
  private lows = new Uint32Array(1024);
  private selfLoops = new Uint8Array(1024);
  /** By depth: where the node's successors begin. The last one is looked at first. */
  private begins = new Uint32Array(1024);
  private used = 0;
  private targets = new Uint32Array(4096);
  private renamings = new Uint16Array(4096);
  /** The successor that was taken last, and the renaming on the step to it. */
  target = 0;
  renaming = 0;

  /** Returns the bytes for a node with `degree` successors. */
  static bytesFor(degree: number): number {
    return (
      4 * Uint32Array.BYTES_PER_ELEMENT + 1 + degree * (Uint32Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT)
    );
  }

  /** Puts `node` on top of the stack; its successors must then be pushed. @param number its number in the search */
  enter(node: number, number: number): void {
    if (this.depth === this.nodes.length) {
      this.nodes = doubled(this.nodes);
      this.numbers = doubled(this.numbers);
      this.lows = doubled(this.lows);
      this.begins = doubled(this.begins);
      this.selfLoops = doubled(this.selfLoops);
    }
    this.nodes[this.depth] = node;
    this.numbers[this.depth] = number;
    this.lows[this.depth] = number;
    this.begins[this.depth] = this.used;
    this.selfLoops[this.depth] = 0;
    this.depth++;
  }

  /** Adds a successor of the node on top. */
  push(target: number, renaming: number): void {
    if (this.used === this.targets.length) {
      this.targets = doubled(this.targets);
      this.renamings = doubled(this.renamings);
    }
    if (target === this.node) this.selfLoops[this.depth - 1] = 1;
    this.targets[this.used] = target;
    this.renamings[this.used++] = renaming;
  }

  /** Takes the next successor of the node on top. Returns false if none is left. */
  advance(): boolean {
    if (this.used === this.begins[this.depth - 1]!) return false;
    this.used--;
    this.target = this.targets[this.used]!;
    this.renaming = this.renamings[this.used]!;
    return true;
  }

  /** Removes the node on top. */
  leave(): void {
    this.depth--;
  }

  get node(): number {
    return this.nodes[this.depth - 1]!;
  }

  get number(): number {
    return this.numbers[this.depth - 1]!;
  }

  /** Whether the node on top is a successor of its own. */
  get loops(): boolean {
    return this.selfLoops[this.depth - 1] !== 0;
  }

  /** The least number that is known to be reached from the node on top, within its component. */
  get low(): number {
    return this.lows[this.depth - 1]!;
  }

  lower(low: number): void {
    if (low < this.low) this.lows[this.depth - 1] = low;
  }
}

function doubled<A extends Uint8Array | Uint16Array | Uint32Array>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(2 * array.length);
  larger.set(array);
  return larger;
}
