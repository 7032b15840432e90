import { Random } from "../../../testbench/bench/random.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { AxiMonitor } from "../../../testbench/models/axi-monitor.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { assemble } from "../../../testbench/runtime/assembler.ts";
import { toBytes } from "../../../testbench/runtime/instruction.ts";
import { axiResponses } from "../axi.ts";
import { nocConfig } from "../noc/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { ComputeTile } from "./compute-tile.ts";
import { type CounterName, counterOffset } from "./counter-map.ts";
import { type Csr, type CsrFieldName, type CsrName, csrs } from "./csr-map.ts";
import { MemoryTile } from "./memory-tile.ts";
import type { TileKind } from "./tile-kind.ts";

/** Where the benches put their programs. */
export const programAt = 0x8000_0000;

/** How a tile is run. */
export interface BenchOptions {
  readonly engine?: "interpreter" | "wasm";
  readonly timing?: Partial<DramTiming>;
  readonly seed: number;
}

/** A field of a register in what was read of it: a number, or the name of the value. */
export function csrField<N extends CsrName>(name: N, field: CsrFieldName<N>, word: number): number | string {
  const { fields }: Csr = csrs[name];
  const found = fields.find((one) => one.name === field);
  if (!found) throw new RangeError(`${name} has no field ${field}`);
  const value = Math.floor(word / 2 ** found.low) % 2 ** found.width;
  return found.values?.[value] ?? value;
}

/** Makes benches of tiles of one kind and size: the tile alone, with a DRAM behind its ports and nobody on the network. */
export function tileBenches(kind: TileKind, config: NpuConfig) {
  const noc = nocConfig({ width: 2, height: 2, payloadBits: 8 * config.side });
  const Dut = kind === "compute" ? ComputeTile(config, noc) : MemoryTile(config, noc);
  const channel = channelConfig(config, transactionIds.data);

  return ({ engine = "wasm", timing = {}, seed }: BenchOptions) => {
    const dut = simulate(Dut, { engine, seed });
    const dram = new Dram({ seed, latency: 20, ...timing });
    const monitors = [
      new AxiMonitor(dut.engine, { read: "read[0]", write: "write" }),
      new AxiMonitor(dut.engine, { read: "read[1]", write: "write" }),
    ];
    dut.attach(dram.port(dut.engine, channel, { read: "read[0]", write: "write" }));
    dut.attach(dram.port(dut.engine, channel, { read: "read[1]" }));
    for (const monitor of monitors) dut.attach(monitor);
    dut.in.id = 0x01;

    const access = (write: number, address: number, data: number) => {
      Object.assign(dut.in.csr, { valid: 1, bits: { write, address, data } });
      while (!dut.in.csr.ready) dut.step();
      dut.step();
      dut.in.csr.valid = 0;
      dut.out.response.ready = 1;
      while (!dut.out.response.valid) dut.step();
      const { bits } = dut.out.response;
      dut.step();
      return bits;
    };
    const write = (name: CsrName, value: number) => access(1, csrs[name].offset, value).resp;
    const read = (name: CsrName) => {
      const { data, resp } = access(0, csrs[name].offset, 0);
      if (resp !== axiResponses.okay) throw new Error(`${name} cannot be read`);
      return data;
    };
    const field = <N extends CsrName>(name: N, of: CsrFieldName<N>) => csrField(name, of, read(name));
    const counter = (name: CounterName) => {
      const low = access(0, counterOffset(name), 0).data;
      return low + 2 ** 32 * access(0, counterOffset(name) + 4, 0).data;
    };
    /** Puts a program into the DRAM, and starts it with counters at 0; the response to the order. */
    const start = (text: string) => {
      const bytes = toBytes(assemble(text));
      dram.memory.write(programAt, bytes);
      write("programAddress", programAt);
      write("programLength", bytes.length / 16);
      write("interrupt", 0x7f);
      write("interruptEnable", 0b11);
      return write("control", 0b101);
    };
    /** Steps until the tile interrupts; the cycles that it took. */
    const wait = (most = 20_000) => {
      const from = dut.cycle;
      while (!dut.out.interrupt) {
        if (dut.cycle - from > most)
          throw new Error(
            `no interrupt after ${most} cycles: status 0x${read("status").toString(16)}, pc ${read("pc")}`,
          );
        dut.step();
      }
      return dut.cycle - from;
    };
    return { dut, dram, monitors, access, read, write, field, counter, start, wait, random: new Random(seed) };
  };
}
