import type { Design } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../../testbench/index.ts";
import { type Drive, driveSeed, folded, xorshift } from "./drive.ts";

interface DrivenInput {
  readonly words: Uint32Array;
  /** The bits that its last word has. */
  readonly mask: number;
  readonly drive: Drive;
}

/** A testbench that drives every input in every cycle, and takes up every output before the edge in a checksum. */
export class Driver implements Clocked {
  checksum = 0;
  private state = driveSeed;
  private cycle = 0;
  private readonly inputs: readonly DrivenInput[];
  private readonly outputs: readonly Uint32Array[];

  constructor(
    design: Design,
    private readonly engine: Engine,
    drive: (port: string) => Drive,
  ) {
    const { ports } = topOf(design);
    engine.settle();
    this.inputs = ports.flatMap(({ name, direction, width }) =>
      direction === "in"
        ? { words: engine.input(name), mask: 2 ** (((width - 1) % 32) + 1) - 1, drive: drive(name) }
        : [],
    );
    this.outputs = ports.flatMap(({ name, direction }) => (direction === "out" ? engine.signal(name) : []));
  }

  sample(): void {
    let { checksum } = this;
    for (const words of this.outputs) for (let i = 0; i < words.length; i++) checksum = folded(checksum, words[i] ?? 0);
    this.checksum = checksum;
  }

  drive(): void {
    let { state } = this;
    const { cycle } = this;
    for (const { words, mask, drive } of this.inputs) {
      if (drive.kind === "window") {
        const at = cycle % drive.period;
        words[0] = at >= drive.from && at < drive.from + drive.length ? 1 : 0;
        continue;
      }
      const last = words.length - 1;
      for (let i = 0; i <= last; i++) {
        state = xorshift(state);
        words[i] = drive.kind === "mostly" ? Number((state & 7) !== 0) : i === last ? state & mask : state;
      }
    }
    this.state = state;
    this.cycle = cycle + 1;
    this.engine.touch();
  }
}
