/**
 * The engine's memory: one shared WebAssembly memory that holds every table of the expander, each in a region of its own. It is as large as such a
 * memory can be, and mostly untouched, which costs address space, not memory; so no table ever moves, and no thread holds a stale address.
 */
import { RegionFull } from "../errors.js";
import { Header } from "./header.js";
import { HEADER_END } from "./layout.js";

const PAGE = 65536;
/** Of 65,536 pages at the most the last stays unused, so that every address fits 32 bits. */
const PAGES = 65535;

/** A part of the memory, filled from its start. */
export class Region {
  /** Bytes in use, rounded up by whoever fills the region. */
  used = 0;

  constructor(
    readonly name: string,
    /** The first byte. */
    readonly start: number,
    readonly bytes: number,
  ) {}

  /** Takes bytes off the front of what is left. The address of the first. @throws RegionFull */
  take(bytes: number): number {
    if (this.used + bytes > this.bytes) {
      throw new RegionFull(
        `the ${this.name} have outgrown the ${Math.round(this.bytes / 2 ** 20)} MiB set aside for them`,
      );
    }
    const at = this.start + this.used;
    this.used += bytes;
    return at;
  }
}

export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  /** The whole memory as 8, 16, 32 and 64 bit numbers; indices count from its start. */
  readonly bytes = new Uint8Array(this.memory.buffer);
  readonly halves = new Uint16Array(this.memory.buffer);
  readonly words = new Int32Array(this.memory.buffer);
  readonly longs = new BigUint64Array(this.memory.buffer, 0, (PAGES * PAGE) / 8);
  readonly header = new Header(this.words);
  private next = Math.ceil(HEADER_END / 4096) * 4096;
  private readonly regions: Region[] = [];

  /** Sets a region aside. Each begins on a page of its own. @throws RegionFull if the model needs more than there is */
  region(name: string, bytes: number): Region {
    const start = this.next;
    if (start + bytes > PAGES * PAGE)
      throw new RegionFull(`the tables of this model take more than ${PAGES * PAGE} bytes`);
    this.next = Math.ceil((start + bytes) / 4096) * 4096;
    const region = new Region(name, start, bytes);
    this.regions.push(region);
    return region;
  }

  /** Bytes in use in all regions. */
  get used(): number {
    return this.regions.reduce((sum, { used }) => sum + used, 0);
  }
}
