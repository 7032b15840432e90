import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryModule } from "./arbitrary-module.fuzz.ts";
import type { Design, Module, NodeId } from "./design.ts";
import { designHash, moduleHash } from "./hash.ts";
import { mapOperands } from "./map-operands.ts";
import { clock, designOf, Sketch } from "./sketch.fuzz.ts";

const hashOf = (module: Module): string => designHash(designOf(module));

/** The module with its nodes in reverse order. */
function reversed(module: Module): Module {
  const last = module.nodes.length - 1;
  const to = (id: NodeId): NodeId => last - id;
  return {
    ...module,
    nodes: module.nodes.map((node) => mapOperands(node, to)).reverse(),
    ports: module.ports.map((port) => ({ ...port, node: to(port.node) })),
    names: [],
    nodeSources: module.nodes.map(() => -1),
    sources: [],
    name: "Other",
    source: null,
  };
}

interface Choice {
  readonly kind: "add" | "sub";
  readonly init: bigint | null;
  readonly port: string;
  readonly dims: readonly number[];
  readonly ruw: "old" | "new";
  readonly message: string;
  readonly edge: "rising" | "falling";
  readonly swap: boolean;
  readonly leafWidth: number;
}
const usual: Choice = {
  kind: "add",
  init: 0n,
  port: "y",
  dims: [2],
  ruw: "old",
  message: "m",
  edge: "rising",
  swap: false,
  leafWidth: 4,
};

function build(change: Partial<Choice>): Design {
  const choice = { ...usual, ...change };
  const leaf = new Sketch("Leaf");
  const inner = leaf.input("x", 8);
  leaf.output("y", leaf.extend("zext", leaf.slice(inner, 0, choice.leafWidth), 8));
  const s = new Sketch("Top", [{ ...clock(), edge: choice.edge }]);
  const [a, b] = [s.input("a", 8), s.input("b", 8)];
  const on = s.constant(1, 1);
  const write = { domain: 0, enable: on, address: a, data: b, mask: null, source: null };
  const memory = s.memory("ram", 8, 256, { readUnderWrite: choice.ruw, writes: [write] });
  const q = s.node({ kind: "memRead", width: 8, memory, address: b, sync: null });
  const r = s.reg(8, s.op(choice.kind, a, q), "r", 0, choice.init);
  s.instance("u", 0, [choice.swap ? [b, r] : [r, b]], choice.dims);
  s.check(on, on, choice.message);
  s.output(choice.port, s.out(0, 1, 8, 1));
  return designOf(leaf, s);
}

describe("designHash", () => {
  test("does not depend on names, sources, dead nodes or node order", () => {
    fc.assert(
      fc.property(arbitraryModule, (module) => {
        expect(hashOf(reversed(module))).toBe(hashOf(module));
        const more = { ...module, nodes: [...module.nodes, { kind: "const", width: 5, value: 9n } as const] };
        expect(hashOf({ ...more, nodeSources: [...module.nodeSources, -1] })).toBe(hashOf(module));
      }),
      { numRuns: 50 },
    );
  });

  test("does not depend on the order of a node's fields", () => {
    const module = build({}).modules[0];
    if (!module) throw new Error("no module");
    const nodes = module.nodes.map((node) =>
      Object.assign({}, Object.fromEntries(Object.entries(node).reverse()), node),
    );
    expect(Object.keys(nodes[1] ?? {})).not.toEqual(Object.keys(module.nodes[1] ?? {}));
    expect(hashOf({ ...module, nodes })).toBe(hashOf(module));
  });

  test("depends on everything that changes behaviour or ports", () => {
    const variants: Partial<Choice>[] = [
      {},
      { kind: "sub" },
      { init: 1n },
      { init: null },
      { port: "z" },
      { dims: [1, 2] },
      { ruw: "new" },
      { message: "n" },
      { edge: "falling" },
      { swap: true },
      { leafWidth: 5 },
    ];
    const hashes = variants.map((change) => designHash(build(change)));
    expect(new Set(hashes).size).toBe(variants.length);
    expect(designHash(build({}))).toBe(hashes[0]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("black boxes go by name and parameters, other modules do not", () => {
    const box = (name: string, depth: number): string => {
      const s = new Sketch(name);
      s.blackBox = { parameters: { DEPTH: depth }, modelled: false };
      return hashOf(s.module());
    };
    expect(new Set([box("A", 1), box("B", 1), box("A", 2)]).size).toBe(3);
    expect(hashOf(new Sketch("A").module())).toBe(hashOf(new Sketch("B").module()));
  });

  test("a module's hash is the same wherever it stands", () => {
    const design = build({});
    const alone = design.modules[0];
    expect(alone && hashOf(alone)).toBe(moduleHash(design, 0));
  });

  test("a long chain neither overflows nor takes long", () => {
    const s = new Sketch("Deep");
    let a = s.input("a", 8);
    for (let i = 0; i < 50_000; i++) a = s.not(a);
    s.output("y", a);
    expect(hashOf(s.module())).toMatch(/^[0-9a-f]{64}$/);
  });
});
