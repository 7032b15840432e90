import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { dmaConfig } from "./dma-config.ts";
import { RowAssembler } from "./row-assembler.ts";

const config = dmaConfig({ dataBytes: 4 });

interface Row {
  readonly address: number;
  readonly zeros?: number;
  readonly data: number;
  readonly length?: number;
}

interface Command {
  readonly end: number;
  readonly row: Required<Row>;
  readonly proceed: number;
  readonly beats: number;
  readonly error: "None";
  readonly interrupt: number;
  readonly tag: number;
}

const command = { beats: 0, error: "None", interrupt: 0, tag: 0, proceed: 0, end: 0 } as const;
const row = ({ address, zeros = 0, data, length = zeros + data }: Row): Command => ({
  ...command,
  row: { address, zeros, data, length },
});
const end = (beats = 0): Command => ({ ...row({ address: 0, data: 0 }), end: 1, beats, tag: 7 });

/** A beat of the bus whose bytes are the low bits of their addresses. */
const beat = (address: number, resp = 0) => ({
  data: Array.from({ length: 4 }, (_, i) => ((address + i) & 255) * 2 ** (8 * i)).reduce((a, b) => a + b),
  resp,
});

function assemble(
  engine: "interpreter" | "wasm",
  commands: readonly Command[],
  beats: readonly ReturnType<typeof beat>[],
) {
  const dut = simulate(RowAssembler(config), { engine, timeout: 200 });
  const out: { bytes: string; last: number; cycle: number }[] = [];
  let status = {};
  dut.run(
    function* () {
      for (const one of commands) yield* dut.in.command.send(one);
    },
    function* () {
      for (const one of beats) yield* dut.in.beat.send(one);
    },
    function* () {
      for (;;) {
        const { data, strobe, last, end: ends } = yield* dut.out.data.recv();
        if (ends) break;
        const bytes = Array.from({ length: 4 }, (_, i) =>
          (Number(strobe) >> i) & 1 ? ((Number(data) >>> (8 * i)) & 255).toString(16).padStart(2, "0") : "--",
        );
        out.push({ bytes: bytes.join(" "), last, cycle: dut.cycle });
      }
      status = yield* dut.out.status.recv();
    },
  );
  return {
    rows: out.map(({ bytes, last }) => bytes + (last ? "." : "")),
    cycles: out.map(({ cycle }) => cycle),
    status,
  };
}

describe.each(["interpreter", "wasm"] as const)("RowAssembler on the %s engine", (engine) => {
  test("rows begin at byte 0, wherever they lie", () => {
    const { rows, status } = assemble(
      engine,
      [row({ address: 0x10, data: 6 }), row({ address: 0x23, data: 6 }), row({ address: 0x31, data: 2 }), end()],
      [beat(0x10), beat(0x14), beat(0x20), beat(0x24), beat(0x28), beat(0x30)],
    );
    expect(rows).toEqual(["10 11 12 13", "14 15 -- --.", "23 24 25 26", "27 28 -- --.", "31 32 -- --."]);
    expect(status).toMatchObject({ error: "None", bytes: 14, tag: 7 });
  });

  test("padding before, behind and instead of data", () => {
    const { rows } = assemble(
      engine,
      [
        row({ address: 0x12, zeros: 5, data: 3, length: 11 }),
        row({ address: 0, zeros: 6, data: 0 }),
        row({ address: 0x21, zeros: 1, data: 6, length: 7 }),
        end(),
      ],
      [beat(0x10), beat(0x14), beat(0x20), beat(0x24)],
    );
    expect(rows).toEqual([
      ...["00 00 00 00", "00 12 13 14", "00 00 00 --."],
      ...["00 00 00 00", "00 00 -- --."],
      ...["00 21 22 23", "24 25 26 --."],
    ]);
  });

  test("aligned rows leave one beat a cycle, also from row to row", () => {
    const starts = [0, 8, 16];
    const { cycles } = assemble(
      engine,
      [...starts.map((address) => row({ address, data: 8 })), end()],
      starts.flatMap((address) => [beat(address), beat(address + 4)]),
    );
    expect(cycles.map((cycle) => cycle - (cycles[0] ?? 0))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("what could not be read is left out, and the first error told", () => {
    const { rows, status } = assemble(
      engine,
      [{ ...row({ address: 0x13, zeros: 2, data: 9 }), proceed: 1 }, end()],
      [beat(0x10), beat(0x14, 3), beat(0x18, 2)],
    );
    expect(rows).toEqual(["00 00 13 --", "-- -- -- --", "-- -- -- --."]);
    expect(status).toMatchObject({ error: "Read", response: 3, address: 0x14, bytes: 3 });
  });

  test("or ends the transfer, with the beats under way and the rows behind", () => {
    const { rows, status } = assemble(
      engine,
      [row({ address: 0x10, data: 8 }), row({ address: 0x20, data: 8 }), row({ address: 0x30, data: 16 }), end(2)],
      [beat(0x10), beat(0x14, 2), beat(0x20), beat(0x24), beat(0x30), beat(0x34)],
    );
    expect(rows).toEqual(["10 11 12 13"]);
    expect(status).toMatchObject({ error: "Read", response: 2, address: 0x14, bytes: 4, tag: 7 });
  });
});
