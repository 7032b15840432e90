import { expect, test } from "vitest";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { compile } from "../wasm/index.ts";
import { compileLanes } from "./index.ts";

/** A register that takes an input, an unreset one that counts on from its power-on value, and a memory. */
function sample() {
  const s = new Sketch("Sample");
  const [d, wide] = [s.input("d", 12), s.input("wide", 100)];
  const held = s.reg(12, d, "held");
  const count = s.reg(100, 0, "count", 0, null);
  s.set(count, { next: s.op("add", count, wide) });
  const address = s.slice(held, 0, 3);
  s.memory("words", 12, 5, {
    writes: [{ domain: 0, enable: s.constant(1, 1), address, data: d, mask: null, source: null }],
  });
  s.output("sum", s.op("add", held, s.node({ kind: "memRead", width: 12, memory: 0, address, sync: null })));
  s.call(s.op("xor", d, held), "hidden");
  return designOf(s);
}

test("inputs and signals are live views of one lane", () => {
  const engine = compileLanes(sample(), { seeds: [1, 2, 3, 4, 5] });
  const [first, last] = [engine.lanes[0], engine.lanes[4]];
  if (!first || !last) throw new RangeError("five lanes");
  const [d, wide] = [last.input("d"), last.input("wide")];
  const [held, hidden] = [last.signal("held"), last.signal("hidden")];
  d[0] = 0xf123;
  wide.set([0xffffffff, 0, 0, 0xfffffff1]);
  last.touch();
  const before = last.peek("count");
  engine.step();
  engine.settle();
  expect([held[0], hidden[0], first.peek("held"), first.peek("hidden")]).toEqual([0x123, 0, 0n, 0n]);
  expect(last.peek("count")).toBe(BigInt.asUintN(100, before + 0x1_00000000_00000000_ffffffffn));
  expect(last.peek("wide") >> 96n).toBe(1n);
});

test("a lane that is held stands still, and can be looked at and driven meanwhile", () => {
  const engine = compileLanes(sample(), { seeds: [8, 9] });
  const alone = compile(sample(), { seed: 9 });
  const lane = engine.lanes[1];
  if (!lane) throw new RangeError("two lanes");
  const same = () => {
    for (const path of ["held", "count", "sum", "hidden", "d"]) expect(lane.peek(path)).toBe(alone.peek(path));
    for (let word = 0; word < 5; word++) expect(lane.peekMemory("words", word)).toBe(alone.peekMemory("words", word));
    expect([lane.cycle, lane.time]).toEqual([alone.cycle, alone.time]);
  };
  for (const one of [lane, alone]) one.poke("d", 77);
  engine.step(3);
  alone.step(3);
  lane.held = true;
  expect(engine.run(4).map(({ cycles }) => cycles)).toEqual([4, 0]);
  same();
  for (const one of [lane, alone]) {
    one.poke("d", 78);
    one.pokeMemory("words", 4, 5n);
  }
  engine.step(2);
  same();
  lane.held = false;
  engine.step(2);
  alone.step(2);
  same();
});

test("mistakes are told as in a run alone", () => {
  expect(() => compileLanes(sample(), { seeds: [] })).toThrow("0 lanes; give 1 to 1024 seeds");
  expect(() => compileLanes(sample(), { seeds: [0], observe: ["heldd"] })).toThrow(
    'no signal "heldd"; did you mean held?',
  );
  const engine = compileLanes(sample(), { seeds: [0] });
  const [lane] = engine.lanes;
  expect(() => engine.step(0.5)).toThrow(RangeError);
  expect(() => lane?.poke("e", 1)).toThrow('no input port "e"; did you mean d?');
  expect(() => lane?.poke("d", 4096)).toThrow("4096 does not fit d");
  expect(() => lane?.peekMemory("words", 5)).toThrow("words has no word 5; its addresses are 0 to 4");
  expect(() => lane?.peekMemory("word", 0)).toThrow('no memory "word"; did you mean words?');
  expect(() => lane?.reset(true, "clk")).toThrow("clk");
  const other = compileLanes(sample(), { seeds: [0], blockLanes: 8 }).lanes[0]?.checkpoint();
  expect(() => other && lane?.restore(other)).toThrow("the checkpoint is not one of a lane of Sample in as many lanes");
});

test("seeds for more than 16 lanes run in several blocks", () => {
  const seeds = Array.from({ length: 35 }, (_, i) => 3 * i);
  const engine = compileLanes(sample(), { seeds });
  engine.step(7);
  const alone = (seed: number) => {
    const single = compile(sample(), { seed });
    single.step(7);
    return single.peek("count");
  };
  expect(engine.lanes.map((lane) => lane.peek("count"))).toEqual(seeds.map(alone));
});
