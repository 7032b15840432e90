import { describe, expect, test } from "vitest";
import type { CatNode, Node, NodeId } from "../../hdl/netlist/index.ts";
import { Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { simplified } from "./simplified.ts";
import { wordMux } from "./word-mux.ts";

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

  test("may be a chain of thousands of choices, of which the first are made choices of words", () => {
    const s = new Sketch("Chain");
    const bits = (of: NodeId) => [1, 0].map((low) => s.slice(of, low, 1));
    let parts = [s.input("high", 1), s.input("low", 1)];
    const words: NodeId[] = [];
    for (let level = 0; level < 5_000; level++) {
      const [select, word] = [s.input(`select${level}`, 1), s.input(`word${level}`, 2)];
      const values = bits(word);
      parts = parts.map((part, i) => s.mux(select, values[i] ?? part, part));
      words.unshift(word);
    }
    const cat = s.cat(parts);
    const { nodes, standIn } = simplified(s.nodes);
    let at: Node | undefined = nodes[standIn[cat] ?? -1];
    for (const word of words.slice(0, 50)) {
      expect(at).toMatchObject({ kind: "mux", width: 2, a: word });
      at = at?.kind === "mux" ? nodes[at.b] : undefined;
    }
  });

  test("stays a cat where something uses a field, or the word by fields", () => {
    const fields = (s: Sketch, { select, word, x, y }: Record<"select" | "word" | "x" | "y", NodeId>) => [
      s.mux(select, x, s.slice(word, 12, 4)),
      s.mux(select, y, s.slice(word, 0, 12)),
    ];
    const used = simplest((s, at) => {
      const parts = fields(s, at);
      s.not(parts[0] ?? -1);
      s.not(parts[1] ?? -1);
      return parts;
    });
    expect(used.found?.kind).toBe("cat");
    const s = new Sketch("Taken");
    const cat = s.cat(
      fields(s, { select: s.input("select", 1), word: s.input("word", 16), x: s.input("x", 4), y: s.input("y", 12) }),
    );
    const low = s.slice(cat, 0, 12);
    const { nodes, standIn } = simplified(s.nodes);
    expect([cat, low].map((id) => nodes[standIn[id] ?? -1])).toMatchObject([
      { kind: "cat" },
      { kind: "mux", width: 12 },
    ]);
  });

  test("costs a few looks at each part where each pair of thousands is chosen by a bit of its own", () => {
    const s = new Sketch("Wide");
    const [x, word] = [s.input("x", 20_000), s.input("word", 20_000)];
    const parts = Array.from({ length: 10_000 }, (_, i) => {
      const select = s.input(`select${i}`, 1);
      return [1, 0].map((bit) => s.mux(select, s.slice(x, 2 * i + bit, 1), s.slice(word, 2 * i + bit, 1)));
    });
    const cat: CatNode = { kind: "cat", width: 20_000, parts: parts.reverse().flat() };
    let looks = 0;
    const node = (id: NodeId): Node => {
      looks++;
      return s.nodes[id] ?? cat;
    };
    expect(wordMux(cat, { node, same: (a, b) => a === b, uses: () => 1, add: () => -1 })).toBeNull();
    expect(looks).toBeLessThan(20 * cat.parts.length);
  });

  test("stays a cat where neither word is at hand", () => {
    const { found } = simplest((s, { select, word, x, y }) => [
      s.mux(select, x, s.slice(word, 11, 4)),
      s.mux(select, y, s.slice(word, 0, 12)),
    ]);
    expect(found?.kind).toBe("cat");
  });
});
