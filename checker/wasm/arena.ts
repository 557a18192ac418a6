/**
 * The engine's memory: one shared WebAssembly memory that holds every table of the expander, each in a region of its
 * own. It has the largest possible size and is mostly untouched, which costs address space but no memory. So no table
 * ever moves, and no thread holds a stale address.
 */
import { RegionFull } from "../errors.js";
import { Header } from "./header.js";
import { HEADER_END } from "./layout.js";

const PAGE = 65536;
/** The last of 65,536 pages of 64 KiB stays unused, so that the end address fits 32 bits. */
const PAGES = 65535;

/** A part of the memory that is filled from its start. */
export class Region {
  /** Bytes in use. */
  used = 0;

  constructor(
    readonly name: string,
    /** Byte address of the region. */
    readonly start: number,
    readonly bytes: number,
  ) {}

  /**
   * Takes the next `bytes` bytes of the region and returns their address.
   * @throws RegionFull if fewer are left
   */
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
  /** The whole memory as numbers of 8, 16, 32 and 64 bits; indices count from its start. */
  readonly bytes = new Uint8Array(this.memory.buffer);
  readonly halves = new Uint16Array(this.memory.buffer);
  readonly words = new Int32Array(this.memory.buffer);
  readonly longs = new BigUint64Array(this.memory.buffer, 0, (PAGES * PAGE) / 8);
  readonly header = new Header(this.words);
  private next = Math.ceil(HEADER_END / 4096) * 4096;
  private readonly regions: Region[] = [];

  /**
   * Sets a region aside, which begins at a multiple of 4,096 bytes.
   * @throws RegionFull if the memory has no room for it
   */
  region(name: string, bytes: number): Region {
    const start = this.next;
    if (start + bytes > PAGES * PAGE)
      throw new RegionFull(`the tables of this model take more than ${PAGES * PAGE} bytes`);
    this.next = Math.ceil((start + bytes) / 4096) * 4096;
    const region = new Region(name, start, bytes);
    this.regions.push(region);
    return region;
  }

  /** Bytes that are not set aside. */
  get left(): number {
    return PAGES * PAGE - this.next;
  }

  /** Bytes in use in all regions. */
  get used(): number {
    return this.regions.reduce((sum, { used }) => sum + used, 0);
  }
}
