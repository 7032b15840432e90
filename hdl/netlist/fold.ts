import { components } from "./components.ts";
import { type Design, isState, type Module, type NodeId, operands } from "./design.ts";
import type { View } from "./node-view.ts";
import { Rewrite } from "./rewrite.ts";
import { evaluate, isCombinational } from "./semantics.ts";
import { simplify } from "./simplify.ts";

/** Steps of algebra on one node before it is left as it is: more than words that go round bit by bit can take. */
const mostSteps = 1000;
/** Sweeps over a module; each can turn registers into constants, which feeds the next. */
const mostSweeps = 8;

/**
 * Folds constants and simple algebra in every module: operators of constants, neutral and absorbing operands, muxes and
 * cases with a constant selector or equal arms, slices of cats and extensions, registers that can only hold their initial
 * value. Ports, memories, instances, checks and names stay; names move to what stands for their node.
 *
 * Modules are folded one by one: a constant does not cross into an instance. Black boxes without a model are left alone.
 * What has become unused is left for `removeDead`.
 */
export function fold(design: Design): Design {
  return { ...design, modules: design.modules.map(foldModule) };
}

/** `fold` for one module; the module itself where there is nothing to fold. */
export function foldModule(module: Module): Module {
  if (module.blackBox?.modelled === false) return module;
  const rewrite = new Rewrite(module);
  const folder = new Folder(rewrite);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    folder.sweep();
    if (!folder.foldRegisters()) break;
  }
  return rewrite.changed ? rewrite.build() : module;
}

class Folder implements View {
  readonly #rewrite: Rewrite;
  readonly #constants = new Map<string, NodeId>();
  /** The node at work: new nodes are written where it was. */
  #origin: NodeId = 0;

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite;
  }

  node(id: NodeId) {
    return this.#rewrite.node(id);
  }

  same(a: NodeId, b: NodeId): boolean {
    return this.#rewrite.find(a) === this.#rewrite.find(b);
  }

  constant(width: number, value: bigint): NodeId {
    const key = `${width} ${value}`;
    const id = this.#constants.get(key) ?? this.add({ kind: "const", width, value });
    this.#constants.set(key, id);
    return id;
  }

  add(node: Parameters<Rewrite["add"]>[0]): NodeId {
    return this.#rewrite.add(node, this.#origin);
  }

  /** Every operator once, operands first. */
  sweep(): void {
    const { nodes } = this.#rewrite;
    const order = components(nodes.length, (id) => {
      const node = nodes[id];
      return node && !isState(node) ? operands(node).map((operand) => this.#rewrite.find(operand)) : [];
    });
    for (const id of order.members) if (this.#rewrite.find(id) === id) this.#fold(id);
  }

  #fold(id: NodeId): void {
    this.#origin = id;
    for (let step = 0; step < mostSteps; step++) {
      const node = this.#rewrite.node(id);
      if (!isCombinational(node) || node.kind === "const") return;
      const known = operands(node).every((operand) => this.node(operand).kind === "const");
      if (known) {
        const value = evaluate(
          node,
          (operand) => this.#value(operand),
          (operand) => this.node(operand).width,
        );
        this.#rewrite.nodes[id] = { kind: "const", width: node.width, value };
        return;
      }
      const simpler = simplify(node, this);
      if (simpler === null) return;
      if ("same" in simpler) {
        this.#rewrite.giveOver(id, simpler.same);
        return;
      }
      this.#rewrite.nodes[id] = simpler.node;
    }
  }

  #value(id: NodeId): bigint {
    const node = this.node(id);
    if (node.kind !== "const") throw new RangeError(`node ${id} is no constant`);
    return node.value;
  }

  /** Makes constants of registers whose next value is always their initial one. Says whether there were any. */
  foldRegisters(): boolean {
    let found = false;
    for (const [id, node] of this.#rewrite.nodes.entries()) {
      if (node.kind !== "reg" || node.init === null || this.#rewrite.find(id) !== id) continue;
      const next = this.node(node.next);
      const stays = this.same(node.next, id) || (next.kind === "const" && next.value === node.init);
      if (!stays) continue;
      this.#rewrite.nodes[id] = { kind: "const", width: node.width, value: node.init };
      found = true;
    }
    return found;
  }
}
