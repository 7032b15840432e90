import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { randomTransfer } from "../../../testbench/workloads/dma/random-transfer.ts";
import { illegality, rowsOf, type Transfer } from "../../../testbench/workloads/dma/transfer.ts";
import { dmaConfig } from "./dma-config.ts";
import { DestinationWalk, SourceWalk } from "./row-walk.ts";

const seed = seedOf(undefined);

const wrap = (numbers: readonly number[], bits: number) => numbers.map((one) => BigInt.asUintN(bits, BigInt(one)));

function common({ length, counts }: Transfer) {
  return { length, counts, proceed: 0, interrupt: 0, tag: 0 };
}

function paddingOf({ padding }: Transfer) {
  return padding
    ? { ...padding, enable: 1, across: padding.across.map(Number) }
    : { enable: 0, top: 0, bottom: 0, left: 0, right: 0, down: [0, 0, 0], across: [0, 0, 0] };
}

describe.each(["interpreter", "wasm"] as const)(`walks on the %s engine (${replay(seed)})`, (engine) => {
  test.each([24, 32, 48])("rows of random transfers, %d bits of address", (addressBits) => {
    const config = dmaConfig({ addressBits });
    const random = new Random(seed);
    const sources = simulate(SourceWalk(config), { engine, seed });
    const destinations = simulate(DestinationWalk(config), { engine, seed });
    for (let i = 0; i < 40; i++) {
      const transfer = randomTransfer(random);
      if (illegality(transfer)) continue;
      const rows = [...rowsOf(transfer, addressBits)];
      const [source] = wrap([transfer.source], addressBits);
      const read: object[] = [];
      sources.run(
        () =>
          sources.in.descriptor.send({
            ...common(transfer),
            address: source ?? 0n,
            strides: wrap(transfer.sourceStrides, addressBits),
            padding: paddingOf(transfer),
          }),
        function* () {
          while (read.length < rows.length) {
            if (random.bool(0.2)) yield;
            const { address, zeros, data, length } = yield* sources.out.row.recv();
            read.push({ ...(data > 0 ? { address: Number(address) } : {}), zeros, data, length });
          }
        },
      );
      expect(read).toEqual(
        rows.map((row) => ({
          ...(row.data > 0 ? { address: row.source } : {}),
          ...{ zeros: row.zeros, data: row.data, length: row.length },
        })),
      );
      expect(sources.out.busy).toBe(0);

      const written: object[] = [];
      destinations.run(
        () =>
          destinations.in.descriptor.send({
            ...common(transfer),
            address: BigInt(transfer.destination),
            strides: wrap(transfer.destinationStrides, addressBits),
          }),
        function* () {
          while (written.length < rows.length) {
            const { address, length } = yield* destinations.out.row.recv();
            written.push({ address: Number(address), length });
          }
        },
      );
      expect(written).toEqual(rows.map(({ destination, length }) => ({ address: destination, length })));
    }
  });

  test("one row a cycle, and clear ends a walk", () => {
    const dut = simulate(DestinationWalk(dmaConfig()), { engine, seed });
    dut.in.descriptor.valid = 1;
    dut.in.descriptor.bits = {
      ...{ address: 0, strides: [1, 10, 100], length: 1, counts: [2, 2, 2], proceed: 0, interrupt: 0, tag: 0 },
    };
    dut.step();
    dut.in.descriptor.valid = 0;
    dut.out.row.ready = 1;
    for (const address of [0, 1, 10, 11, 100]) {
      expect([dut.out.row.valid, Number(dut.out.row.bits.address)]).toEqual([1, address]);
      dut.step();
    }
    dut.in.clear = 1;
    dut.step();
    expect([dut.out.busy, dut.out.row.valid, dut.in.descriptor.ready]).toEqual([0, 0, 1]);
  });
});
