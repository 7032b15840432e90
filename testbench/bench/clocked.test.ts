import { describe, expect, test } from "vitest";
import { module, pipe, UInt } from "../../hdl/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "./clocked.ts";
import { simulate } from "./simulate.ts";
import { cycles } from "./wait.ts";

const Echo = module("Echo", { in: { a: UInt(8) }, out: { b: UInt(8) } }, ({ a }) => ({ b: pipe(a, 0) }));

/** Drives one more than it saw. */
class Increment implements Clocked {
  readonly seen: number[] = [];
  private readonly a: Uint32Array;
  private readonly b: Uint32Array;

  constructor(private readonly engine: Engine) {
    this.a = engine.input("a");
    this.b = engine.signal("b");
  }
  sample(): void {
    this.seen.push(this.b[0] ?? -1);
  }
  drive(): void {
    this.a[0] = (this.seen.at(-1) ?? 0) + 1;
    this.engine.touch();
  }
}

describe.each(["interpreter", "wasm"] as const)("what is attached on the %s engine", (engine) => {
  test("sees the values before each edge and drives after it, in step and in run", () => {
    const dut = simulate(Echo, { engine });
    const model = new Increment(dut.engine);
    dut.attach(model);
    dut.step(3);
    dut.run(() => cycles(3));
    expect(model.seen).toEqual([0, 1, 1, 2, 2, 3]);
    expect(dut.out.b).toBe(3);
  });

  test("sees what follows from the inputs of the cycle, whoever drove them", () => {
    const After = module("After", { in: { a: UInt(8) }, out: { b: UInt(8) } }, ({ a }) => ({ b: a.add(1) }));
    const dut = simulate(After, { engine });
    const model = new Increment(dut.engine);
    dut.attach(model);
    dut.step(3);
    dut.in.a = 9;
    dut.step(2);
    expect(model.seen).toEqual([2, 4, 6, 10, 12]);
  });

  test("cannot be turned back", () => {
    const dut = simulate(Echo, { engine });
    const checkpoint = dut.checkpoint();
    dut.attach(new Increment(dut.engine));
    expect(() => dut.restore(checkpoint)).toThrow("not what is attached to it");
  });
});
