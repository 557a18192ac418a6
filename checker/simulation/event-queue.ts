/** Events in the order of their times; of those at one time the one that was added first comes first. */
export class EventQueue<E> {
  private readonly heap: { readonly time: number; readonly number: number; readonly event: E }[] = [];
  private added = 0;

  add(time: number, event: E): void {
    const { heap } = this;
    const entry = { time, number: this.added++, event };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Takes the next event; undefined if there is none. */
  take(): { readonly time: number; readonly event: E } | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

interface Timed {
  readonly time: number;
  readonly number: number;
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.time < b.time || (a.time === b.time && a.number < b.number);
}
