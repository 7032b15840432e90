import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { collect, drive } from "../../../testbench/bench/stream-driver.ts";
import { RowGather, wordPieces } from "./row-gather.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`RowGather on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 4, 16])("rows of four pieces or fewer, %d bytes each", (side) => {
    const random = new Random(seed);
    const dut = simulate(RowGather(side), { engine, seed });
    const pieces: { data: bigint; last: number }[] = [];
    const rows: bigint[] = [];
    for (let i = 0; i < 40; i++) {
      const count = 1 + random.below(wordPieces);
      let row = 0n;
      for (let piece = 0; piece < count; piece++) {
        const data = Array.from({ length: side }, () => random.below(256)).reduce(
          (sum, byte) => sum * 256n + BigInt(byte),
          0n,
        );
        row |= data << BigInt(8 * side * piece);
        const closes = piece === count - 1 && (count < wordPieces || random.bool());
        pieces.push({ data, last: Number(closes) });
      }
      rows.push(row);
    }
    let got: (number | bigint)[] = [];
    dut.run(drive(dut.in.piece, pieces, { probability: 0.2, random }), function* () {
      got = yield* collect(dut.out.row, rows.length, { probability: 0.2, random })();
    });
    expect(got.map(BigInt)).toEqual(rows);
  });

  test("clear begins a row anew", () => {
    const dut = simulate(RowGather(4), { engine, seed });
    dut.run(
      drive(
        dut.in.piece,
        [1, 2].map((data) => ({ data, last: 0 })),
      ),
    );
    dut.in.clear = 1;
    dut.step();
    dut.in.clear = 0;
    let row: number | bigint = 0;
    dut.run(drive(dut.in.piece, [{ data: 3, last: 1 }]), function* () {
      row = yield* dut.out.row.recv();
    });
    expect(BigInt(row)).toBe(3n);
  });
});
