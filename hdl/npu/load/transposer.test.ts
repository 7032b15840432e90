import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { collect, drive } from "../../../testbench/bench/stream-driver.ts";
import { Transposer } from "./transposer.ts";

const seed = seedOf(undefined);

const word = (bytes: readonly number[]) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** Random tiles of which some columns are wanted, as rows in and columns out. */
function tiles(side: number, count: number, random: Random) {
  const rows: { data: bigint; columns: number }[] = [];
  const columns: bigint[] = [];
  for (let tile = 0; tile < count; tile++) {
    const bytes = Array.from({ length: side }, () => Array.from({ length: side }, () => random.below(256)));
    const wanted = tile < 4 ? side : 1 + random.below(side);
    // Only the last row's number counts.
    bytes.forEach((row, i) => {
      rows.push({ data: word(row), columns: i === side - 1 ? wanted : random.below(2 * side) });
    });
    for (let c = 0; c < wanted; c++) columns.push(word(bytes.map((row) => row[c] ?? 0)));
  }
  return { rows, columns };
}

describe.each(["interpreter", "wasm"] as const)(`Transposer on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 4, 16])("tiles of %d × %d bytes, with stalls on both sides", (side) => {
    const random = new Random(seed);
    const dut = simulate(Transposer(side), { engine, seed });
    const { rows, columns } = tiles(side, 12, random);
    let got: (number | bigint)[] = [];
    dut.run(drive(dut.in.row, rows, { probability: 0.3, random }), function* () {
      got = yield* collect(dut.out.column, columns.length, { probability: 0.3, random })();
    });
    expect(got.map(BigInt)).toEqual(columns);
    expect(dut.out.full).toBe(0);
  });

  test("a row and a column a cycle, the first column a cycle after the last row", () => {
    const side = 4;
    const dut = simulate(Transposer(side), { engine, seed });
    const { rows, columns } = tiles(side, 4, new Random(seed));
    dut.run(drive(dut.in.row, rows), collect(dut.out.column, columns.length));
    expect(dut.cycle).toBe(4 * side + side);
  });

  test("clear forgets a tile that is not whole, and one that is half read", () => {
    const side = 4;
    const dut = simulate(Transposer(side), { engine, seed });
    const { rows, columns } = tiles(side, 2, new Random(seed));
    for (const before of [3, 4, 5, 7, 8]) {
      dut.run(drive(dut.in.row, rows.slice(0, before)));
      if (before > 4) dut.run(() => dut.out.column.recv());
      dut.in.clear = 1;
      dut.step();
      dut.in.clear = 0;
      expect([dut.out.column.valid, dut.out.full]).toEqual([0, 0]);
      let got: (number | bigint)[] = [];
      dut.run(drive(dut.in.row, rows.slice(4)), function* () {
        got = yield* collect(dut.out.column, side)();
      });
      expect(got.map(BigInt)).toEqual(columns.slice(4));
    }
  });
});

test("a side that is no power of two, or too large, is refused", () => {
  expect(() => Transposer(6)).toThrow("the side of a tile is a power of two, not 6");
  expect(() => Transposer(128)).toThrow(RangeError);
});
