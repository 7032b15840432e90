import type { NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import { type Bits, oneBit, type YosysCell, zeroBit } from "./yosys-netlist.ts";

/**
 * `$pmux`: A, or the word of B whose bit of S is 1 (of several, x in Yosys, the lowest). Where all bits of S compare one
 * selector with constants, as a Verilog case gives them, it becomes a case of that selector.
 */
export function parallelMux(c: CellContext): void {
  const { table } = c;
  const [width, count] = [c.integer("WIDTH"), c.integer("S_WIDTH")];
  const [words, selects] = [c.bits("B", width * count), c.bits("S", count)];
  const word = (index: number): NodeId => c.read("B", words.subarray(index * width, (index + 1) * width));
  const otherwise = c.word("A", width);

  const matches = caseOf(c, selects);
  if (matches) {
    const seen = new Set<bigint>();
    const arms = matches.values.flatMap((values, index) => {
      const fresh = values.filter((value) => !seen.has(value));
      for (const value of fresh) seen.add(value);
      return fresh.map((match) => ({ match, value: word(index) }));
    });
    const selector = c.read("S", matches.selector);
    c.drive("Y", table.add({ kind: "case", width, selector, arms, otherwise }));
    return;
  }
  let value = otherwise;
  for (let index = count - 1; index >= 0; index--)
    value = table.mux(c.read("S", selects.subarray(index, index + 1)), word(index), value);
  c.drive("Y", value);
}

interface Matches {
  readonly selector: Bits;
  /** For each bit of S, the values of the selector at which it is 1. */
  readonly values: readonly (readonly bigint[])[];
}

function caseOf(c: CellContext, selects: Bits): Matches | null {
  if (selects.length < 2) return null;
  let selector: Bits | null = null;
  const values: bigint[][] = [];
  for (const bit of selects) {
    const found = comparisonsOf(c, bit);
    if (!found) return null;
    for (const one of found) {
      if (selector && !sameBits(selector, one.selector)) return null;
      selector = one.selector;
    }
    values.push(found.map((one) => one.value));
  }
  return selector && { selector, values };
}

interface Comparison {
  readonly selector: Bits;
  readonly value: bigint;
}

/** What a net compares: one selector with a constant, or several such comparisons or-ed; null for anything else. */
function comparisonsOf(c: CellContext, bit: number): Comparison[] | null {
  const driver = c.host.driverOf(bit);
  if (!driver || driver.connections.get("Y")?.[0] !== bit) return null;
  if (driver.type !== "$reduce_or") {
    const one = comparisonOf(driver);
    return one && [one];
  }
  const found: Comparison[] = [];
  for (const input of driver.connections.get("A") ?? []) {
    const cell = c.host.driverOf(input);
    const one = cell?.connections.get("Y")?.[0] === input ? comparisonOf(cell) : null;
    if (!one) return null;
    found.push(one);
  }
  return found;
}

function comparisonOf(cell: YosysCell): Comparison | null {
  const selector = cell.connections.get("A");
  if (!selector || selector.length === 0) return null;
  if (cell.type === "$logic_not") return { selector, value: 0n };
  if (cell.type !== "$eq") return null;
  const constant = cell.connections.get("B");
  if (constant?.length !== selector.length) return null;
  let value = 0n;
  for (const [index, bit] of constant.entries()) {
    if (bit !== zeroBit && bit !== oneBit) return null;
    if (bit === oneBit) value |= 1n << BigInt(index);
  }
  return { selector, value };
}

function sameBits(a: Bits, b: Bits): boolean {
  return a.length === b.length && a.every((bit, index) => bit === b[index]);
}
