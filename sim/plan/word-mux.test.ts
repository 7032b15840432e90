import { describe, expect, test } from "vitest";
import type { Node, NodeId } from "../../hdl/netlist/index.ts";
import { Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { simplified } from "./simplified.ts";

/** A word of 16 bits in fields, of which `build` makes a cat; the cat in its simplest form, and all nodes. */
function simplest(build: (s: Sketch, at: { select: NodeId; word: NodeId; x: NodeId; y: NodeId }) => NodeId[]) {
  const s = new Sketch("Fields");
  const [select, word, x, y] = [s.input("select", 1), s.input("word", 16), s.input("x", 4), s.input("y", 12)];
  const cat = s.cat(build(s, { select, word, x, y }));
  const { nodes, standIn } = simplified(s.nodes);
  const found: Node | undefined = nodes[standIn[cat] ?? -1];
  return { found, nodes, select, word, x, y };
}

describe("a cat of fields that one bit chooses", () => {
  test("is a mux between two words where one of them is at hand", () => {
    const { found, nodes, select, word, x, y } = simplest((s, { select, word, x, y }) => [
      s.mux(select, x, s.slice(word, 12, 4)),
      s.mux(select, y, s.slice(word, 0, 12)),
    ]);
    expect(found).toMatchObject({ kind: "mux", select, b: word });
    expect(found?.kind === "mux" && nodes[found.a]).toMatchObject({ kind: "cat", parts: [x, y] });
  });

  test("takes a choice between two words, a part of a word and a constant for words at hand", () => {
    const choice = simplest((s, { select, word, x, y }) => {
      const inner = s.input("inner", 1);
      const other = s.input("other", 16);
      const rest = (low: number, width: number) => s.mux(inner, s.slice(other, low, width), s.slice(word, low, width));
      return [s.mux(select, x, rest(12, 4)), s.mux(select, y, rest(0, 12))];
    });
    expect(choice.found?.kind === "mux" && choice.nodes[choice.found.b]).toMatchObject({ kind: "mux", b: choice.word });
    const part = simplest((s, { select, word, x, y }) => [
      s.mux(select, s.slice(word, 7, 4), x),
      s.mux(select, s.slice(word, 3, 4), s.slice(y, 4, 4)),
    ]);
    expect(part.found?.kind === "mux" && part.nodes[part.found.a]).toMatchObject({ kind: "slice", width: 8, low: 3 });
    const zero = simplest((s, { select, x, y }) => [
      s.mux(select, x, s.constant(4, 5)),
      s.mux(select, y, s.constant(12, 3)),
    ]);
    expect(zero.found?.kind === "mux" && zero.nodes[zero.found.b]).toMatchObject({ kind: "const", value: 0x5003n });
  });

  test("has what that bit does not choose in both words", () => {
    const { found, nodes, x } = simplest((s, { select, word, x }) => [
      s.mux(select, x, s.slice(word, 12, 4)),
      s.slice(word, 8, 4),
      s.mux(select, x, s.slice(word, 4, 4)),
    ]);
    expect(found).toMatchObject({ kind: "mux", width: 12 });
    const [a, b] = found?.kind === "mux" ? [nodes[found.a], nodes[found.b]] : [];
    expect(a?.kind === "cat" && [a.parts[0], a.parts[2]]).toEqual([x, x]);
    expect(b).toMatchObject({ kind: "slice", low: 4 });
  });

  test("stays a cat where neither word is at hand", () => {
    const { found } = simplest((s, { select, word, x, y }) => [
      s.mux(select, x, s.slice(word, 11, 4)),
      s.mux(select, y, s.slice(word, 0, 12)),
    ]);
    expect(found?.kind).toBe("cat");
  });
});
