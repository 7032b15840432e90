import { expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig, nodeIds } from "../noc/index.ts";
import { GrantBoard } from "./grant-board.ts";

const seed = seedOf(undefined);
const noc = nocConfig({ width: 2, height: 2 });
const ids = nodeIds(noc);

test.each(["interpreter", "wasm"] as const)(`GrantBoard on the %s engine (${replay(seed)})`, (engine) => {
  const random = new Random(seed);
  const dut = simulate(GrantBoard(noc), { engine, seed });
  const board = new Array<number>(16).fill(0);
  let taken = 0;
  for (let i = 0; i < 2000; i++) {
    const [node, granting, clear] = [random.below(4), random.below(16), random.bool(0.01)];
    const [tag, destinations, valid] = [random.below(16), 1 + random.below(15), random.bool(0.8)];
    dut.in.grant = { valid: Number(valid), source: ids[node] ?? 0, tag: granting };
    dut.in.tag = tag;
    dut.in.destinations = destinations;
    const granted = ((board[tag] ?? 0) & destinations) === destinations;
    expect(dut.out.granted).toBe(Number(granted));
    const take = granted && random.bool();
    dut.in.take = Number(take);
    dut.in.clear = Number(clear);
    dut.step();
    if (take) {
      board[tag] = (board[tag] ?? 0) & ~destinations;
      taken++;
    }
    if (valid) board[granting] = (board[granting] ?? 0) | (1 << node);
    if (clear) board.fill(0);
  }
  expect(taken).toBeGreaterThan(100);
});
