/** The part of WebAssembly that popcheck uses. TypeScript declares it only together with the browser's interfaces. */
declare namespace WebAssembly {
  class Memory {
    constructor(of: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Record<string, unknown>;
  }
}
