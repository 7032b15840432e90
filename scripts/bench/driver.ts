import type { Design } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../../testbench/index.ts";
import { type Drive, driveSeed } from "./drive.ts";

type Window = Drive & { readonly kind: "window" };

/**
 * A testbench that drives every input in every cycle, and takes up every output before the edge in a checksum. Words are
 * numbers of 32 bits with a sign, which V8 keeps in registers; ports have up to 32 bits.
 */
export class Driver implements Clocked {
  private sum = 0;
  private state = driveSeed | 0;
  private cycle = 0;
  /** Inputs of random bits in the order of the ports; the other arrays go with them. */
  private readonly random: Uint32Array[] = [];
  /** The bits that are kept. */
  private readonly masks: Int32Array;
  /** 1 where the input is 1 unless all of these bits are 0. */
  private readonly mostly: Uint8Array;
  private readonly windows: { readonly words: Uint32Array; readonly drive: Window }[] = [];
  private readonly outputs: readonly Uint32Array[];

  /** @throws RangeError for a design with wider ports */
  constructor(
    design: Design,
    private readonly engine: Engine,
    driveOf: (port: string) => Drive,
  ) {
    const { ports } = topOf(design);
    const wide = ports.find(({ width }) => width > 32);
    if (wide) throw new RangeError(`${wide.name} is ${wide.width} bits wide; driven ports have up to 32`);
    engine.settle();
    const masks: number[] = [];
    const mostly: number[] = [];
    for (const { name, width } of ports.filter(({ direction }) => direction === "in")) {
      const words = engine.input(name);
      const drive = driveOf(name);
      if (drive.kind === "window") this.windows.push({ words, drive });
      else {
        this.random.push(words);
        masks.push(drive.kind === "mostly" ? 7 : 2 ** width - 1);
        mostly.push(Number(drive.kind === "mostly"));
      }
    }
    this.masks = Int32Array.from(masks, (mask) => mask | 0);
    this.mostly = Uint8Array.from(mostly);
    this.outputs = ports.flatMap(({ name, direction }) => (direction === "out" ? engine.signal(name) : []));
  }

  get checksum(): number {
    return this.sum >>> 0;
  }

  sample(): void {
    const { outputs } = this;
    let { sum } = this;
    for (let i = 0; i < outputs.length; i++) sum = ((sum << 1) | (sum >>> 31)) ^ (outputs[i]?.[0] ?? 0);
    this.sum = sum;
  }

  drive(): void {
    const { cycle, random, masks, mostly, windows } = this;
    let { state } = this;
    for (let i = 0; i < random.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const bits = state & (masks[i] ?? 0);
      const words = random[i];
      if (words) words[0] = mostly[i] === 1 && bits !== 0 ? 1 : bits;
    }
    this.state = state;
    for (const { words, drive } of windows) {
      const at = cycle % drive.period;
      words[0] = at >= drive.from && at < drive.from + drive.length ? 1 : 0;
    }
    this.cycle = cycle + 1;
    this.engine.touch();
  }
}
