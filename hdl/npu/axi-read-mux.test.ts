import { expect, test } from "vitest";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Dram } from "../../testbench/models/dram.ts";
import { axiConfig } from "./axi.ts";
import { AxiReadMux } from "./axi-read-mux.ts";

const seed = seedOf(undefined);
const config = axiConfig({ dataBytes: 8 });

test.each(["interpreter", "wasm"] as const)(
  `AxiReadMux on the %s engine: each manager gets its own data, in order (${replay(seed)})`,
  (engine) => {
    const dut = simulate(AxiReadMux(config, [3, 5]), { engine, seed });
    const dram = new Dram({ seed, latency: 12, stalls: 0.3, reorder: true });
    dram.memory.write(
      0,
      Uint8Array.from({ length: 4096 }, (_, i) => (i >> 3) & 255),
    );
    dut.attach(dram.port(dut.engine, config, { read: "to" }));
    const came: number[][] = [[], []];
    const bursts = [3, 5].map((id, manager) =>
      Array.from({ length: 12 }, (_, i) => ({ id, addr: 64 * (2 * i + manager), len: i % 4, size: 3, burst: 1 })),
    );
    dut.run(
      ...bursts.flatMap((own, manager) => {
        const port = dut.in.from[manager];
        if (!port) throw new RangeError("two managers");
        const beats = own.reduce((sum, { len }) => sum + len + 1, 0);
        return [
          function* () {
            for (const burst of own) yield* port.ar.send(burst);
          },
          function* () {
            while ((came[manager]?.length ?? 0) < beats) {
              port.r.ready = Number(dut.random.bool(0.7));
              yield;
              if (port.r.valid && port.r.ready) came[manager]?.push(Number(BigInt(port.r.bits.data) & 255n));
            }
            port.r.ready = 0;
          },
        ];
      }),
    );
    expect(came).toEqual(
      bursts.map((own) => own.flatMap(({ addr, len }) => Array.from({ length: len + 1 }, (_, i) => addr / 8 + i))),
    );
  },
);

test("two managers with the same id are refused", () => {
  expect(() => AxiReadMux(config, [1, 1])).toThrow("managers with the same id: 1, 1");
});
