/** The parts of vcd-stream 1.5 that are used: its parser compiled to WebAssembly. */
declare module "vcd-stream/out/vcd.js" {
  /** An instance of the compiled parser with its own memory. */
  export interface VcdModule {
    readonly HEAPU8: Uint8Array;
  }
  const createVCD: () => Promise<VcdModule>;
  export default createVCD;
}

declare module "vcd-stream/lib/web-vcd-parser.js" {
  import type { Writable } from "node:stream";
  import type { VcdModule } from "vcd-stream/out/vcd.js";

  /**
   * `command` is 14 to 28 for a scalar (0, 1, x, X, z, Z, …), whose value and mask are left out, and 30 or 31 for a
   * vector. A set bit of the mask makes the value's bit x (0) or z (1).
   */
  export type VcdListener = (code: string, time: bigint, command: number, value?: bigint, mask?: bigint) => void;

  export interface VcdParser extends Writable {
    readonly change: {
      /** Has a listener called for every change of every code. */
      any(listener: VcdListener): void;
    };
  }
  const webVcdParser: (module: VcdModule) => Promise<VcdParser>;
  export default webVcdParser;
}
