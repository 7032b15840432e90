import { expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { readImportedDesign } from "../imported/index.ts";
import { type DesignSim, simulateDesign } from "../index.ts";
import { importedCase } from "../peer/index.ts";
import { testWith } from "../peer/tool-presence.fuzz.ts";
import { compared, designOf, pathOf, replayed } from "./design-request.fuzz.ts";

const uart = designOf([pathOf("simpleuart/simpleuart.v")], "simpleuart");

const divider = 9;
/** Cycles of a bit on the line: the divider counts from 0 and one cycle goes by at its end. */
const bitCycles = divider + 2;

type Inputs = Readonly<Record<string, number>>;

/** Sends and receives so many bytes at the same time; returns both ends' bytes and the inputs of every cycle. */
function exchange(dut: DesignSim, count: number, seed: number) {
  const random = new Random(seed);
  const bytes = () => Array.from({ length: count }, () => random.below(256));
  const [sent, incoming] = [bytes(), bytes()];
  const [onLine, received]: [number[], number[]] = [[], []];
  const inputs: Inputs[] = [];
  const output = (name: string) => Number(dut.engine.peek(name));
  const idle: Inputs = {
    resetn: 1,
    ser_rx: 1,
    reg_div_we: 0,
    reg_div_di: 0,
    reg_dat_we: 0,
    reg_dat_di: 0,
    reg_dat_re: 0,
  };
  const cycle = (values: Inputs) => {
    inputs.push({ ...idle, ...values });
    for (const [port, value] of Object.entries({ ...idle, ...values })) dut.poke(port, value);
    dut.engine.settle();
  };
  for (let i = 0; i < 8; i++) {
    cycle({ resetn: 0 });
    dut.step();
  }
  cycle({ reg_div_we: 15, reg_div_di: divider });
  dut.step();

  const line = new LineReceiver(onLine);
  const levels = incoming.flatMap((byte) => [...frame(byte), ...Array<number>(random.below(3)).fill(1)]);
  let next = 0;
  for (let at = 0; at < levels.length * bitCycles + 400 || onLine.length < count; at++) {
    const write = next < count && random.bool(0.3) ? { reg_dat_we: 1, reg_dat_di: sent[next] ?? 0 } : {};
    const values = { ser_rx: levels[Math.floor(at / bitCycles)] ?? 1, ...write };
    cycle(values);
    // All ones where nothing came; reading takes the byte out.
    const data = output("reg_dat_do");
    if (data !== 0xffff_ffff) {
      received.push(data);
      inputs.pop();
      cycle({ ...values, reg_dat_re: 1 });
    }
    if ("reg_dat_we" in write && output("reg_dat_wait") === 0) next++;
    line.sample(output("ser_tx"));
    dut.step();
  }
  return { sent, incoming, onLine, received, inputs };
}

/** Start bit, eight bits of data, the lowest first, stop bit. */
function frame(byte: number): number[] {
  return [0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1];
}

/** What an ideal receiver makes of the line: samples in the middle of every bit after a falling edge. */
class LineReceiver {
  private since = -1;
  private bits: number[] = [];

  constructor(private readonly bytes: number[]) {}

  sample(level: number): void {
    if (this.since < 0 && level === 1) return;
    this.since++;
    if (this.since % bitCycles !== Math.floor(bitCycles / 2)) return;
    this.bits.push(level);
    if (this.bits.length < 10) return;
    expect([this.bits[0], this.bits[9]]).toEqual([0, 1]);
    this.bytes.push(this.bits.slice(1, 9).reduce((byte, bit, i) => byte | (bit << i), 0));
    this.bits = [];
    this.since = -1;
  }
}

async function exchanged(engine: "wasm" | "interpreter", count: number) {
  const { netlist } = await readImportedDesign({ ...uart, randomInputs: false });
  return exchange(simulateDesign(netlist.design, "simpleuart", { engine, seed: 5 }), count, 17);
}

test.each(["wasm", "interpreter"] as const)("simpleuart sends and receives bytes: %s", async (engine) => {
  const { sent, incoming, onLine, received } = await exchanged(engine, engine === "wasm" ? 100 : 10);
  expect(onLine).toEqual(sent);
  expect(received).toEqual(incoming);
});

for (const peer of ["verilator", "icarus"] as const)
  testWith(peer)(`simpleuart's outputs in that exchange are those of ${peer} in every cycle`, async () => {
    const { inputs } = await exchanged("wasm", 30);
    const cycles = inputs.length;
    const run = await compared(replayed(await importedCase(uart, 0), inputs), { peer, cycles });
    expect(run).toMatchObject({ cycles, difference: null });
    // The buffer and the divider until they are first written, and the line until the reset.
    expect(run.unknownDigits).toBeLessThan(40);
  });
