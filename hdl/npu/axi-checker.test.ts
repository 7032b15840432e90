import { describe, expect, test } from "vitest";
import { simulate } from "../../testbench/bench/simulate.ts";
import { axiConfig } from "./axi.ts";
import { AxiReadChecker, AxiWriteChecker } from "./axi-checker.ts";

const config = axiConfig({ dataBytes: 4 });
const burst = { id: 0, addr: 0x1000, len: 1, size: 2, burst: 1 };
const beat = { id: 0, data: 5, resp: 0, last: 0 };
const write = { data: 5, strb: 15, last: 0 };
const idle = { valid: 0, ready: 0 };

interface Cycle {
  readonly ar?: object;
  readonly r?: object;
  readonly aw?: object;
  readonly w?: object;
  readonly b?: object;
}

/** What moves in a cycle, or waits. */
const moves = (bits: object) => ({ valid: 1, ready: 1, bits });
const waits = (bits: object) => ({ valid: 1, ready: 0, bits });

function hear(engine: "interpreter" | "wasm", cycles: readonly Cycle[]): void {
  const reads = simulate(AxiReadChecker(config, 2), { engine });
  const writes = simulate(AxiWriteChecker(config, 2), { engine });
  for (const cycle of cycles) {
    Object.assign(reads.in, { ar: { ...idle, bits: burst, ...cycle.ar }, r: { ...idle, bits: beat, ...cycle.r } });
    Object.assign(writes.in, {
      ...{ aw: { ...idle, bits: burst, ...cycle.aw }, w: { ...idle, bits: write, ...cycle.w } },
      b: { ...idle, bits: { id: 0, resp: 0 }, ...cycle.b },
    });
    reads.step();
    writes.step();
  }
}

describe.each(["interpreter", "wasm"] as const)("checkers of AXI on the %s engine", (engine) => {
  test("let what is legal pass", () => {
    const last = { ...beat, last: 1 };
    const lastWrite = { ...write, last: 1 };
    hear(engine, [
      { ar: waits(burst), aw: waits(burst) },
      { ar: moves(burst), aw: moves(burst) },
      { r: waits(beat), w: moves(write) },
      { r: moves(beat), w: moves(lastWrite), ar: moves({ ...burst, addr: 0x1ffc, len: 0 }) },
      { r: moves(last), b: waits({ id: 0, resp: 2 }) },
      { r: moves(last), b: moves({ id: 0, resp: 2 }), aw: moves({ ...burst, len: 255, addr: 0x2000 }) },
      { ar: moves({ ...burst, addr: 0x1ff9 }) },
    ]);
  });

  test.each<[string, Cycle[]]>([
    ["AR: valid stays until ready", [{ ar: waits(burst) }, {}]],
    ["AR: nothing changes", [{ ar: waits(burst) }, { ar: waits({ ...burst, addr: 0x1004 }) }]],
    ["AR: no burst crosses 4 KiB", [{ ar: waits({ ...burst, addr: 0x1ffc }) }]],
    ["AR: beats use the whole bus", [{ ar: waits({ ...burst, size: 1 }) }]],
    ["AR: bursts are incrementing", [{ ar: waits({ ...burst, burst: 2 }) }]],
    ["AR: not more bursts", [{ ar: moves(burst) }, { ar: moves(burst) }, { ar: moves(burst) }]],
    ["R: valid stays", [{ ar: moves(burst) }, { r: waits(beat) }, {}]],
    ["R: nothing changes", [{ ar: moves(burst) }, { r: waits(beat) }, { r: waits({ ...beat, data: 6 }) }]],
    ["R: data belong to a burst", [{ r: waits(beat) }]],
    ["R: last is on", [{ ar: moves(burst) }, { r: waits({ ...beat, last: 1 }) }]],
    ["R: last is on", [{ ar: moves(burst) }, { r: moves(beat) }, { r: moves(beat) }]],
    ["AW: valid stays", [{ aw: waits(burst) }, {}]],
    ["AW: no burst crosses 4 KiB", [{ aw: waits({ ...burst, len: 255, addr: 0x1c04 }) }]],
    ["AW: not more bursts", [{ aw: moves(burst) }, { aw: moves(burst) }, { aw: moves(burst) }]],
    ["W: data follow their address", [{ aw: moves(burst), w: waits(write) }]],
    ["W: nothing changes", [{ aw: moves(burst) }, { w: waits(write) }, { w: waits({ ...write, strb: 7 }) }]],
    ["W: last is on", [{ aw: moves(burst) }, { w: moves(write) }, { w: moves(write) }]],
    ["B: a response follows", [{ b: waits({ id: 0, resp: 0 }) }]],
    [
      "B: valid stays",
      [{ aw: moves({ ...burst, len: 0 }) }, { w: moves({ ...write, last: 1 }) }, { b: waits({ id: 0, resp: 0 }) }, {}],
    ],
  ])("%s", (message, cycles) => {
    expect(() => hear(engine, cycles)).toThrow(message);
  });
});

test.each([
  [{ dataBytes: 3 }, "the number of bytes of a bus beat is a power of two, not 3"],
  [{ dataBytes: 256 }, "the number of bytes of a bus beat is a whole number from 1 to 128, not 256"],
  [{ addressBits: 12 }, "address bits"],
  [{ idBits: 0 }, "id bits"],
])("%j is refused", (given, message) => {
  expect(() => axiConfig(given)).toThrow(message);
});
