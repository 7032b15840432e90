import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { axiResponses } from "../axi.ts";
import { npuConfig } from "../npu-config.ts";
import { rowWords, type TileMemory } from "../row-access.ts";
import { memoryOffset, memoryWindows } from "./memory-map.ts";
import { MemoryWindows } from "./memory-windows.ts";
import { memoriesOf, type TileKind } from "./tile-kind.ts";

const seed = seedOf(undefined);
const { okay, subordinateError, decodeError } = axiResponses;
type EngineName = "interpreter" | "wasm";

const noise = (random: Random, words: number) =>
  Array.from({ length: words }, () => BigInt(random.int32() >>> 0)).reduce((all, word) => (all << 32n) | word, 0n);

/** The block with memories of rows as wide as it has them, and registers that hold what is written to them. */
function windowsOf(engine: EngineName, side: number, kind: TileKind = "compute") {
  const config = npuConfig({ side, scratchpadRows: 32, scratchpadBanks: 2, accumulatorRows: 16, instructions: 64 });
  const dut = simulate(MemoryWindows(config, kind), { engine, seed });
  const random = new Random(seed);
  const words = rowWords(config);
  const memories = new Map<string, bigint>();
  const registers = new Map<number, number>();
  let accesses = 0;
  let asked: number | null = null; // what the registers will answer
  dut.in.rest = 1;

  const step = () => {
    dut.in.taken = Number(random.bool(0.7));
    const { valid: asks, write, memory, row, data } = dut.out.access;
    const valid = asks & dut.in.taken;
    const place = `${memory} ${row}`;
    accesses += valid;
    if (valid && write) {
      expect(row).toBeLessThan(memoryWindows[memory].rows(config));
      memories.set(place, BigInt(data) & (2n ** BigInt(8 * memoryWindows[memory].pitch(config)) - 1n));
    }
    const { valid: passes, ready, bits: request } = dut.out.registers;
    const gone = dut.in.answer.valid && dut.in.answer.ready;
    if (passes && ready) {
      if (request.write) registers.set(request.address, request.data);
      asked = registers.get(request.address) ?? 0;
    } else if (gone) asked = null;
    dut.step();
    Object.assign(dut.in.answer, {
      valid: Number(asked !== null && random.bool()),
      bits: { data: asked ?? 0, resp: okay },
    });
    dut.out.registers.ready = Number(asked === null && random.bool());
    // What was not read in the cycle before is anything.
    const rowOf = (name: TileMemory) =>
      valid && !write && memory === name ? (memories.get(place) ?? 0n) : noise(random, words);
    dut.in.rows = {
      ...{ scratchpad: rowOf("scratchpad"), accumulator: rowOf("accumulator") },
      ...{ bias: rowOf("bias"), scale: rowOf("scale"), lut: rowOf("lut") },
    };
    dut.in.instructions = rowOf("instructions");
  };

  const access = (write: number, address: number, data = 0) => {
    Object.assign(dut.in.csr, { valid: 1, bits: { write, address, data } });
    for (let waited = 0; !dut.in.csr.ready; waited++) {
      if (waited > 50) throw new Error("the access is not taken");
      step();
    }
    step();
    Object.assign(dut.in.csr, { valid: 0 });
    for (let waited = 0; ; waited++) {
      if (waited > 50) throw new Error("the access is not answered");
      dut.out.response.ready = Number(random.bool(0.5));
      const { valid, ready, bits: answer } = dut.out.response;
      step();
      if (valid && ready) return answer;
    }
  };
  return { dut, config, random, memories, access, accesses: () => accesses };
}

const names = (kind: TileKind): TileMemory[] => [...memoriesOf(kind)];

describe.each(["interpreter", "wasm"] as const)(`MemoryWindows on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 4, 16])("words of all memories, side %d: a write changes its word alone", (side) => {
    const { config, random, access } = windowsOf(engine, side);
    const held = new Map<number, number>();
    for (let i = 0; i < (engine === "wasm" ? 300 : 80); i++) {
      const memory = names("compute")[random.below(6)] ?? "lut";
      const { rows, pitch } = memoryWindows[memory];
      const row = random.bool(0.3) ? rows(config) - 1 : random.below(4);
      const address = memoryOffset(config, memory, row, random.below(pitch(config) / 4));
      if (random.bool()) {
        const data = random.int32() >>> 0;
        expect(access(1, address, data)).toEqual({ data: 0, resp: okay });
        held.set(address, data);
      } else expect(access(0, address)).toEqual({ data: held.get(address) ?? 0, resp: okay });
    }
    for (const [address, data] of held) expect(access(0, address).data).toBe(data);
  });

  test("while the tile works nothing is touched, and the host is told", () => {
    const { dut, config, memories, access, accesses } = windowsOf(engine, 4);
    dut.in.rest = 0;
    for (const memory of names("compute"))
      for (const write of [0, 1])
        expect(access(write, memoryOffset(config, memory, 1), 5)).toEqual({ data: 0, resp: subordinateError });
    expect([accesses(), memories.size]).toEqual([0, 0]);
    dut.in.rest = 1;
    expect(access(1, memoryOffset(config, "bias", 1), 5).resp).toBe(okay);
    expect(accesses()).toBeGreaterThanOrEqual(2);
  });

  test("what is in no window, beyond a memory, or within a word", () => {
    for (const kind of ["compute", "memory"] as const) {
      const { config, access, accesses } = windowsOf(engine, 4, kind);
      const wrong = [0x43_0000, 0x50_0000, 0xff_fffc, memoryOffset(config, "scratchpad", 1) + 2];
      for (const memory of names("compute")) {
        const { base, pitch, rows } = memoryWindows[memory];
        wrong.push(base + rows(config) * pitch(config));
        if (!names(kind).includes(memory)) wrong.push(base);
      }
      for (const address of wrong)
        expect([address, access(address % 8 === 0 ? 1 : 0, address)]).toEqual([
          address,
          { data: 0, resp: decodeError },
        ]);
      expect(accesses()).toBe(0);
      for (const memory of names(kind)) expect(access(0, memoryWindows[memory].base).resp).toBe(okay);
    }
  });

  test("accesses to registers go past the memories, at any time", () => {
    const { dut, config, access, accesses } = windowsOf(engine, 4);
    dut.in.rest = 0;
    for (let i = 0; i < 20; i++) {
      expect(access(1, 0x10 + 4 * i, i + 1)).toEqual({ data: i + 1, resp: okay });
      expect(access(0, memoryOffset(config, "lut", i)).resp).toBe(subordinateError);
      expect(access(0, 0x10 + 4 * i)).toEqual({ data: i + 1, resp: okay });
    }
    expect(accesses()).toBe(0);
  });

  test("a memory waits for the registers' answer, however late it comes", () => {
    const dut = simulate(MemoryWindows(npuConfig({ side: 4 }), "compute"), { engine, seed });
    Object.assign(dut.in, { rest: 1, taken: 1 });
    Object.assign(dut.out.registers, { ready: 1 });
    Object.assign(dut.out.response, { ready: 1 });
    Object.assign(dut.in.csr, { valid: 1, bits: { write: 0, address: 0x10, data: 0 } });
    expect(dut.in.csr.ready).toBe(1);
    dut.step();
    dut.in.csr.bits = { write: 0, address: memoryWindows.scratchpad.base, data: 0 };
    for (let late = 0; late < 5; late++) {
      expect([dut.in.csr.ready, dut.out.access.valid, dut.out.response.valid]).toEqual([0, 0, 0]);
      dut.step();
    }
    Object.assign(dut.in.answer, { valid: 1, bits: { data: 77, resp: okay } });
    expect(dut.out.response).toMatchObject({ valid: 1, bits: { data: 77 } });
    dut.step();
    dut.in.answer.valid = 0;
    expect(dut.in.csr.ready).toBe(1);
  });
});
