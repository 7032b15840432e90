import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import { legalTokens, tokens, type Unit } from "../isa/index.ts";
import { computeQueues, InstructionQueues, memoryQueues } from "./instruction-queues.ts";

const seed = seedOf(undefined);
const mnemonics = ["load", "gemm", "vec", "store"] as const;
const units: readonly Unit[] = ["Load", "Execute", "Vector", "Store"];
const subs = { load: "scratchpad", store: "scratchpad" } as const;

const underWay = 2;
const Queues = InstructionQueues(computeQueues.map(({ depth }) => ({ depth, underWay })));

interface Step {
  readonly set: readonly string[];
  /** Which instruction of its queue. */
  readonly number: number;
  readonly word: bigint;
}

function step(queue: number, number: number, set: readonly string[]): Step {
  const mnemonic = mnemonics[queue] ?? "gemm";
  const sub = mnemonic === "load" || mnemonic === "store" ? { sub: subs[mnemonic] } : {};
  const operands =
    mnemonic === "vec" || mnemonic === "gemm" ? { [mnemonic === "vec" ? "src" : "a"]: number } : { local: number };
  return { set, number, word: encode({ mnemonic, ...sub, set, operands }) };
}

/** Units that take each instruction for a random time, beside a model of the tokens. */
function drive(engine: "interpreter" | "wasm", programs: readonly (readonly Step[])[], cycles: number, stalls: number) {
  const dut = simulate(Queues, { engine, seed });
  const random = new Random(seed);
  const sent = [0, 0, 0, 0];
  const issued: Step[][] = [[], [], [], []];
  const running: { step: Step; left: number }[][] = [[], [], [], []];
  const finished = [0, 0, 0, 0];
  /** Tokens pushed for good and taken, by giver and direction: what is taken must have been given before. */
  const given = new Map<string, number>();
  const taken = new Map<string, number>();
  const count = (of: Map<string, number>, key: string) => of.set(key, (of.get(key) ?? 0) + 1);
  for (let cycle = 0; cycle < cycles; cycle++) {
    let done = 0;
    const tags: number[] = [0, 0, 0, 0];
    for (const [i, queue] of running.entries()) {
      const [first] = queue;
      if (!first || first.left-- > 0) continue;
      queue.shift();
      done |= 1 << i;
      const { set } = first.step;
      tags[i] = Number(set.includes("push_prev")) | (Number(set.includes("push_next")) << 1);
      if (set.includes("push_prev")) count(given, `${i}->${i - 1}`);
      if (set.includes("push_next")) count(given, `${i}->${i + 1}`);
      finished[i] = (finished[i] ?? 0) + 1;
    }
    Object.assign(dut.in, { done, tag: tags });
    for (const [i, program] of programs.entries()) {
      const next = program[sent[i] ?? 0];
      Object.assign(dut.in.queue[i] ?? {}, { valid: Number(next !== undefined), bits: next?.word ?? 0n });
      const unit = dut.out.issue[i];
      if (unit) unit.ready = Number(!random.bool(stalls));
    }
    for (const [i, unit] of dut.out.issue.entries()) {
      if (!unit.valid || !unit.ready) continue;
      const expected = programs[i]?.[issued[i]?.length ?? 0];
      if (!expected) throw new Error(`queue ${i} issues more than it was given`);
      expect(BigInt(unit.bits)).toBe(expected.word);
      issued[i]?.push(expected);
      running[i]?.push({ step: expected, left: random.below(6) });
      expect(running[i]?.length).toBeLessThanOrEqual(underWay);
      if (expected.set.includes("pop_prev")) count(taken, `${i - 1}->${i}`);
      if (expected.set.includes("pop_next")) count(taken, `${i + 1}->${i}`);
      for (const [key, number] of taken) expect([key, number <= (given.get(key) ?? 0)]).toEqual([key, true]);
    }
    for (const [i, queue] of dut.in.queue.entries()) if (queue.valid && queue.ready) sent[i] = (sent[i] ?? 0) + 1;
    dut.step();
  }
  return { issued: issued.map(({ length }) => length), finished, out: dut.out };
}

describe.each(["interpreter", "wasm"] as const)(`InstructionQueues on the %s engine (${replay(seed)})`, (engine) => {
  test("instructions wait for their tokens; what never gets one names the neighbour", () => {
    const programs = [
      [step(0, 0, ["push_next"]), step(0, 1, ["pop_next", "push_next"]), step(0, 2, ["pop_next"])],
      [step(1, 0, ["pop_prev", "push_prev", "push_next"]), step(1, 1, ["pop_prev", "push_next"])],
      [step(2, 0, ["pop_prev"]), step(2, 1, ["pop_prev", "push_next"])],
      [step(3, 0, ["pop_prev"])],
    ];
    const { issued, finished, out } = drive(engine, programs, 200, 0.3);
    expect(issued).toEqual([2, 2, 2, 1]);
    expect(finished).toEqual([2, 2, 2, 1]);
    expect([out.idle, out.popPrev, out.popNext]).toEqual([0b1110, 0, 0b0001]);
  });
});

test("a flush drops what waits, a clear also forgets what is under way and empties the semaphores", () => {
  const dut = simulate(InstructionQueues(memoryQueues));
  const [loads, stores] = dut.in.queue;
  const [toLoad, toStore] = dut.out.issue;
  if (!loads || !stores || !toLoad || !toStore) throw new RangeError("a memory tile has two queues");
  const run = (cycles: number) => {
    let issued = 0;
    for (let i = 0; i < cycles; i++) {
      issued += Number(toLoad.valid && toLoad.ready);
      dut.step();
    }
    return issued;
  };
  const give = (count: number) => {
    for (let i = 0; i < count; i++) {
      Object.assign(loads, { valid: 1, bits: step(0, i, ["push_next"]).word });
      dut.step();
    }
    loads.valid = 0;
  };
  toLoad.ready = 1;
  give(2);
  run(2);
  dut.in.done = 1;
  dut.in.tag = [0b10, 0];
  run(1);
  dut.in.done = 0;
  toLoad.ready = 0;
  give(4);
  expect([dut.out.working, dut.out.idle]).toEqual([0b01, 0b10]);
  dut.in.flush = 1;
  toLoad.ready = 1;
  expect(run(8)).toBe(0);
  dut.in.flush = 0;
  expect([dut.out.working, dut.out.idle]).toEqual([0b01, 0b10]);
  Object.assign(dut.in, { clear: 1, done: 1 });
  run(2);
  Object.assign(dut.in, { clear: 0, done: 0 });
  expect([dut.out.working, dut.out.idle]).toEqual([0, 0b11]);
  Object.assign(stores, { valid: 1, bits: step(3, 0, ["pop_prev"]).word });
  run(2);
  expect([toStore.valid, dut.out.popPrev]).toEqual([0, 0b10]);
});

test(`random instructions with any tokens, never one taken that was not given (${replay(seed)})`, () => {
  const random = new Random(seed);
  let all = 0;
  for (let round = 0; round < 20; round++) {
    const programs = computeQueues.map((_, queue) =>
      Array.from({ length: 30 }, (_, number) => {
        const legal = legalTokens(units[queue] ?? "Controller");
        const set = tokens.filter((token, i) => legal[i] && random.bool(token.startsWith("push") ? 0.6 : 0.3));
        return step(queue, number, set);
      }),
    );
    const { issued } = drive("wasm", programs, 400, 0.2);
    all += issued.reduce((sum, count) => sum + count, 0);
  }
  expect(all).toBeGreaterThan(500);
});
