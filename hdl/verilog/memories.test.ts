import { expect, test } from "vitest";
import { designOf, Sketch } from "../netlist/sketch.fuzz.ts";
import { toVerilog, verilogText } from "./verilog.ts";

/** The text of a memory of five words with two write ports, which have these addresses; null: one that changes. */
function memoryText(...addresses: readonly (number | null)[]): string {
  const s = new Sketch("Top");
  const [enable, data, changing] = [s.input("enable", 1), s.input("data", 8), s.input("address", 3)];
  const writes = addresses.map((at) => {
    const address = at === null ? changing : s.op("add", s.constant(3, at - 1), s.constant(3, 1));
    return { domain: 0, enable, address, data, mask: null, source: null };
  });
  const memory = s.memory("m", 8, 5, { writes });
  s.output("word", s.node({ kind: "memRead", width: 8, memory, address: changing, sync: null }));
  return verilogText(toVerilog(designOf(s)));
}

const writesOf = (text: string) => text.split("\n").filter((line) => line.includes("<="));

test("a write is guarded where its address may be beyond the memory", () => {
  expect(writesOf(memoryText(null))).toEqual(["    if ((enable) & (address < 3'd5)) m[address] <= data;"]);
});

test("at a constant address it is there without a guard, or not at all", () => {
  const writes = writesOf(memoryText(4, 5, null));
  expect(writes).toHaveLength(2);
  expect(writes[0]).toMatch(/^ {4}if \(enable\) m\[.*\] <= data;$/);
  expect(writes[1]).toContain("address < 3'd5");
});

test("a memory that nothing can write holds zeros", () => {
  const text = memoryText(5, 7);
  expect(writesOf(text)).toEqual([]);
  expect(text).not.toContain("always");
  expect(text).toMatch(/ {2}initial begin\n.*m\[m_word\] = 8'd0;\n {2}end/);
});
