import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { assemble } from "../../../testbench/runtime/assembler.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import { axiResponses } from "../axi.ts";
import { type ChipConfig, chipNodes } from "../chip-config.ts";
import { channelConfig, transactionIds } from "../npu-config.ts";
import { type CounterName, type CsrFieldName, type CsrName, counterOffset, csrs } from "../tile/index.ts";
import { csrField } from "../tile/tile-bench.fuzz.ts";
import { Chip } from "./chip.ts";

/** How a chip is run. */
export interface ChipOptions {
  readonly engine?: "interpreter" | "wasm";
  readonly timing?: Partial<DramTiming>;
  readonly seed: number;
}

/** Where the programs of the tiles lie, each in 64 KiB. */
export const programsAt = 0x8000_0000;

/** Interrupts that the host wants: halted and fault. */
const interrupts = 0b11;

/** A chip with one DRAM behind all its ports, and a host that reads and writes its registers. */
export function chipBench(config: ChipConfig, { engine = "wasm", timing = {}, seed }: ChipOptions) {
  const nodes = chipNodes(config);
  const dut = simulate(Chip(config), { engine, seed });
  const dram = new Dram({ seed, latency: 20, ...timing });
  const channel = channelConfig(config.tile, transactionIds.data);
  nodes.forEach((_, i) => {
    dut.attach(dram.port(dut.engine, channel, { read: `read[${2 * i}]`, write: `write[${i}]` }));
    dut.attach(dram.port(dut.engine, channel, { read: `read[${2 * i + 1}]` }));
  });

  const { ar, r, aw, w, b } = dut.in.host;
  const until = (holds: () => number) => {
    for (let waited = 0; !holds(); waited++) {
      if (waited > 100) throw new Error("the host port does not answer");
      dut.step();
    }
  };
  const readAt = (addr: number) => {
    Object.assign(ar, { valid: 1, bits: { addr } });
    r.ready = 1;
    until(() => ar.ready);
    dut.step();
    ar.valid = 0;
    until(() => r.valid);
    const { bits } = r;
    dut.step();
    return bits;
  };
  const writeAt = (addr: number, data: number) => {
    Object.assign(aw, { valid: 1, bits: { addr } });
    Object.assign(w, { valid: 1, bits: { data, strb: 15 } });
    b.ready = 1;
    until(() => aw.ready & w.ready);
    dut.step();
    aw.valid = 0;
    w.valid = 0;
    until(() => b.valid);
    const { resp } = b.bits;
    dut.step();
    return resp;
  };
  const at = (node: number, offset: number) => node * 2 ** 24 + offset;
  const read = (node: number, name: CsrName) => {
    const { data, resp } = readAt(at(node, csrs[name].offset));
    if (resp !== axiResponses.okay) throw new Error(`${name} of node ${node} cannot be read`);
    return data;
  };
  const write = (node: number, name: CsrName, value: number) => writeAt(at(node, csrs[name].offset), value);
  const field = <N extends CsrName>(node: number, name: N, of: CsrFieldName<N>) => csrField(name, of, read(node, name));
  const counter = (node: number, name: CounterName) => readAt(at(node, counterOffset(name))).data;

  const place = (node: number) => nodes.findIndex(({ id }) => id === node);
  /** Puts a program where the node will fetch it; lines of text, or words as they are. */
  const load = (node: number, program: string | readonly bigint[]) => {
    const words = typeof program === "string" ? assemble(program).map(encode) : program;
    const bytes = new DataView(new ArrayBuffer(16 * words.length));
    words.forEach((word, i) => {
      bytes.setBigUint64(16 * i, word & (2n ** 64n - 1n), true);
      bytes.setBigUint64(16 * i + 8, word >> 64n, true);
    });
    const address = programsAt + 0x1_0000 * place(node);
    dram.memory.write(address, new Uint8Array(bytes.buffer));
    write(node, "programAddress", address);
    write(node, "programLength", words.length);
    write(node, "interrupt", 0x7f);
    write(node, "interruptEnable", interrupts);
  };
  /** Starts what was loaded; the response to the order. */
  const start = (node: number) => write(node, "control", 0b101);
  /** Steps until the node interrupts. */
  const wait = (node: number, most = 20_000) => {
    const from = dut.cycle;
    while (!dut.out.interrupt[place(node)]) {
      if (dut.cycle - from > most)
        throw new Error(`node ${node} does not interrupt: status 0x${read(node, "status").toString(16)}`);
      dut.step();
    }
    return dut.cycle - from;
  };
  /** Ends what the node does; the cycles that this took. */
  const abort = (node: number) => {
    write(node, "control", 2);
    const from = dut.cycle;
    while (field(node, "status", "rest") === 0)
      if (dut.cycle - from > 5000) throw new Error(`node ${node} does not abort`);
    return dut.cycle - from;
  };
  return { dut, dram, readAt, writeAt, read, write, field, counter, load, start, wait, abort };
}
