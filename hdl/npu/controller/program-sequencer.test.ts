import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { assemble } from "../../../testbench/runtime/assembler.ts";
import { decode, encode, type Instruction } from "../../../testbench/runtime/instruction.ts";
import { ProgramSequencer } from "./program-sequencer.ts";

const seed = seedOf(undefined);

const longestLoop = 64;
const OfCompute = ProgramSequencer({ longestLoop, compute: true });
const OfMemory = ProgramSequencer({ longestLoop, compute: false });

interface Options {
  readonly engine?: "interpreter" | "wasm";
  readonly stalls?: number;
  readonly idle?: (cycle: number) => number;
  readonly compute?: boolean;
}

/** Runs a program to its end; what went to the queues in order, configuration writes, and how it ended. */
function run(words: readonly bigint[], { engine = "wasm", stalls = 0, idle = () => 15, compute = true }: Options = {}) {
  const dut = simulate(compute ? OfCompute : OfMemory, { engine, seed });
  const random = new Random(seed);
  const queued: Instruction[] = [];
  const configured: (readonly [number, bigint])[] = [];
  const streams = [dut.out.load, dut.out.execute, dut.out.vector, dut.out.store];
  let oldest = 0;
  let cycle = 0;
  dut.in.length = words.length;
  dut.in.start = 1;
  for (; cycle < 5000; cycle++) {
    for (const stream of streams) stream.ready = Number(!random.bool(stalls));
    dut.in.fetched = Math.min(words.length, Number(dut.in.fetched) + Number(!random.bool(stalls)));
    dut.in.idle = idle(cycle);
    for (const stream of streams) if (stream.valid && stream.ready) queued.push(decode(BigInt(stream.bits)));
    const { configure, read } = dut.out;
    if (configure.valid) configured.push([configure.register, BigInt(configure.bits)]);
    const { enable, address } = read;
    if (enable) {
      expect(address).toBeGreaterThanOrEqual(dut.out.oldest);
      expect(dut.out.oldest).toBeGreaterThanOrEqual(oldest);
      oldest = dut.out.oldest;
    }
    dut.step();
    dut.in.start = 0;
    if (enable) dut.in.word = words[address] ?? 0n;
    if (["Halted", "Faulted"].includes(dut.out.state)) break;
  }
  const { state, pc, fault, illegal, code } = dut.out;
  return { queued, configured, cycle, state, pc, fault, illegal, code };
}

const words = (text: string) => assemble(text).map(encode);
const gemms = (queued: readonly Instruction[]) =>
  queued.map(({ operands = {} }) => ["a", "w", "acc"].map((name) => Number(operands[name] ?? 0)));

describe.each(["interpreter", "wasm"] as const)(`ProgramSequencer on the %s engine (${replay(seed)})`, (engine) => {
  test.each([0, 0.5])("instructions go to their queues in order; queues and fetches that stall: %d", (stalls) => {
    const text = `cfg reg=pooling value=0x123456789a
load.scratchpad local=1 rows=2 push_next
gemm m=1 k=2 n=3 a=4 pop_prev push_next
nop
vec op=add rows=3 pop_prev
send.scratchpad node=3 rows=4
receive.accumulator node=2
store.scratchpad rows=4
halt code=9`;
    const result = run(words(text), { engine, stalls });
    const expected = assemble(text).filter(({ mnemonic }) => !["cfg", "nop", "halt"].includes(mnemonic));
    expect(result).toMatchObject({ state: "Halted", fault: "None", code: 9, queued: expected });
    expect(result.configured).toEqual([[1, 0x123456789an]]);
  });

  test("loops nest and move the addresses of GEMMs", () => {
    const text = `loop depth=0 count=2 body=4 a=0x100 w=0xffff
gemm m=1 acc=1
loop depth=1 count=3 body=2 a=1 acc=0x10
gemm m=2
nop
gemm m=3
halt`;
    const { queued, state } = run(words(text), { engine, stalls: 0.3 });
    const inner = (a: number, w: number) => [0, 1, 2].map((turn) => [a + turn, w, 0x10 * turn]);
    expect([state, gemms(queued)]).toEqual([
      "Halted",
      [[0, 0, 1], ...inner(0, 0), [0x100, 0xffff, 1], ...inner(0x100, 0xffff), [0, 0, 0]],
    ]);
  });
});

describe("ProgramSequencer", () => {
  test("eight loops within each other", () => {
    const depths = Array.from({ length: 8 }, (_, i) => `loop depth=${i} count=2 body=${8 - i} a=${2 ** i}`);
    const { queued, state } = run(words([...depths, "gemm", "halt"].join("\n")));
    const reversed = (turn: number) => Array.from({ length: 8 }, (_, i) => ((turn >> i) & 1) << (7 - i));
    const expected = Array.from({ length: 256 }, (_, turn) => reversed(turn).reduce((sum, bit) => sum + bit, 0));
    expect([state, gemms(queued).map(([a]) => a)]).toEqual(["Halted", expected]);
  });

  test("FENCE waits for its queues and HALT for all", () => {
    const { cycle, code } = run(words("fence queues=0b0100 code=5\nhalt code=6"), {
      idle: (now) => (now < 20 ? 0b1011 : now < 40 ? 0b0100 : 15),
    });
    expect([cycle >= 40, code]).toEqual([true, 6]);
  });

  test.each([
    ["an illegal instruction", [...words("nop"), 0n], { pc: 1, fault: "Illegal", illegal: "Opcode" }],
    ["a reserved bit", [encode({ mnemonic: "nop" }) | (1n << 100n)], { pc: 0, fault: "Illegal", illegal: "Reserved" }],
    ["no HALT", words("nop\nnop"), { pc: 2, fault: "End" }],
    ["an empty program", [], { pc: 0, fault: "End" }],
    ["a loop of another depth", words("loop depth=1 count=1 body=1\nnop\nhalt"), { pc: 0, fault: "Loop" }],
    ["a loop of no turns", words("loop depth=0 count=0 body=1\nnop\nhalt"), { pc: 0, fault: "Loop" }],
    ["a loop of nothing", words("loop depth=0 count=1 body=0\nhalt"), { pc: 0, fault: "Loop" }],
    [
      "a loop beyond the one around it",
      words("loop depth=0 count=1 body=2\nloop depth=1 count=1 body=2\nnop\nnop\nhalt"),
      { pc: 1, fault: "Loop" },
    ],
    [
      "a loop that is longer than the memory",
      words(`loop depth=0 count=1 body=${longestLoop + 1}\nhalt`),
      { pc: 0, fault: "Loop" },
    ],
  ])("%s is a fault that names its place", (_, program, expected) => {
    expect(run(program)).toMatchObject({ state: "Faulted", ...expected });
  });

  test.each([
    ["gemm m=1 k=1 n=1", { fault: "Illegal", illegal: "Opcode" }],
    ["vec", { fault: "Illegal", illegal: "Opcode" }],
    ["load.accumulator", { fault: "Illegal", illegal: "Sub" }],
    ["load.scratchpad", { state: "Halted", fault: "None" }],
  ])("without a compute unit: %s", (line, expected) => {
    expect(run(words(`${line}\nhalt`), { compute: false })).toMatchObject(expected);
  });

  test("what waits for a queue or in a fence stops at once, or is aborted, and a start runs again", () => {
    for (const text of ["gemm m=1\nhalt", "fence queues=2\nhalt"]) {
      const program = words(text);
      const dut = simulate(OfCompute, { seed });
      Object.assign(dut.in, { length: program.length, fetched: program.length });
      const steps = (count: number) => {
        for (let i = 0; i < count; i++) {
          const { enable, address } = dut.out.read;
          dut.step();
          dut.in.start = 0;
          if (enable) dut.in.word = program[address] ?? 0n;
        }
      };
      dut.in.start = 1;
      steps(5);
      const wait = text.startsWith("gemm") ? "Queue" : "Fence";
      expect([dut.out.state, dut.out.waits, dut.out.advances]).toEqual(["Dispatch", wait, 0]);
      dut.in.stop = 1;
      steps(1);
      expect([dut.out.state, dut.out.fault, dut.out.pc]).toEqual(["Faulted", "Unit", 0]);
      dut.in.stop = 0;
      dut.in.start = 1;
      steps(5);
      expect(dut.out.state).toBe("Dispatch");
      dut.in.abort = 1;
      steps(1);
      expect([dut.out.state, dut.out.fault]).toEqual(["Idle", "None"]);
      dut.in.abort = 0;
      dut.in.start = 1;
      dut.in.idle = 15;
      dut.out.execute.ready = 1;
      steps(8);
      expect(dut.out.state).toBe("Halted");
    }
  });
});
