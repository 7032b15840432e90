import type { BinaryKind, Node, NodeId } from "../netlist/index.ts";

const mask = (width: number): bigint => (1n << BigInt(width)) - 1n;

/**
 * The nodes of a module under construction. Nodes may be reserved before what they hold is known, and may turn out to be
 * another node. Wiring (constants, slices, concatenations, extensions) is shared.
 */
export class NodeTable {
  readonly #nodes: (Node | null)[] = [];
  readonly #widths: number[] = [];
  readonly #sources: number[] = [];
  readonly #wiring = new Map<string, NodeId>();
  readonly #alias = new Map<NodeId, NodeId>();
  /** Index of the source that new nodes get. */
  source = -1;

  get size(): number {
    return this.#nodes.length;
  }

  width(id: NodeId): number {
    return this.#widths[id] ?? 0;
  }

  /** The node, or null while it is reserved or where it is another's alias. */
  get(id: NodeId): Node | null {
    return this.#nodes[id] ?? null;
  }

  sourceOf(id: NodeId): number {
    return this.#sources[id] ?? -1;
  }

  reserve(width: number): NodeId {
    this.#nodes.push(null);
    this.#widths.push(width);
    this.#sources.push(this.source);
    return this.#nodes.length - 1;
  }

  add(node: Node): NodeId {
    const id = this.reserve(node.width);
    this.#nodes[id] = node;
    return id;
  }

  /** Says what a reserved node is. */
  fill(id: NodeId, node: Node): void {
    this.#nodes[id] = node;
    this.#sources[id] = this.source;
  }

  /** Says that a reserved node is another one. */
  makeAlias(id: NodeId, other: NodeId): void {
    this.#alias.set(id, other);
  }

  /** The node that stands for `id`, or −1 where nodes are each other's aliases. */
  find(id: NodeId): NodeId {
    const path: NodeId[] = [];
    let at = id;
    for (let next = this.#alias.get(at); next !== undefined; next = this.#alias.get(at)) {
      if (path.length > this.#alias.size) return -1;
      path.push(at);
      at = next;
    }
    for (const passed of path) this.#alias.set(passed, at);
    return at;
  }

  constant(width: number, value: bigint | number): NodeId {
    const cut = BigInt.asUintN(width, BigInt(value));
    return this.#shared(`c${width},${cut.toString(16)}`, { kind: "const", width, value: cut });
  }

  /** The value of a constant, else null. */
  constantOf(id: NodeId): bigint | null {
    const node = this.get(id);
    return node?.kind === "const" ? node.value : null;
  }

  slice(a: NodeId, low: number, width: number): NodeId {
    if (low === 0 && width === this.width(a)) return a;
    const value = this.constantOf(a);
    if (value !== null) return this.constant(width, value >> BigInt(low));
    return this.#shared(`s${a},${low},${width}`, { kind: "slice", width, a, low });
  }

  bit(a: NodeId, index: number): NodeId {
    return this.slice(a, index, 1);
  }

  /** Least significant part first. */
  cat(parts: readonly NodeId[]): NodeId {
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    const high = [...parts].reverse();
    const width = high.reduce((sum, part) => sum + this.width(part), 0);
    return this.#shared(`k${high.join()}`, { kind: "cat", width, parts: high });
  }

  /** `a` cut or extended to a width. */
  resize(a: NodeId, width: number, signed: boolean): NodeId {
    const from = this.width(a);
    if (from >= width) return this.slice(a, 0, width);
    const value = this.constantOf(a);
    if (value !== null) return this.constant(width, signed ? BigInt.asIntN(from, value) : value);
    return this.#shared(`${signed ? "e" : "z"}${a},${width}`, { kind: signed ? "sext" : "zext", width, a });
  }

  not(a: NodeId): NodeId {
    const value = this.constantOf(a);
    if (value !== null) return this.constant(this.width(a), value ^ mask(this.width(a)));
    return this.add({ kind: "not", width: this.width(a), a });
  }

  binary(kind: BinaryKind, a: NodeId, b: NodeId): NodeId {
    return this.add({ kind, width: this.width(a), a, b });
  }

  compare(kind: "eq" | "ltu" | "lts", a: NodeId, b: NodeId): NodeId {
    return this.add({ kind, width: 1, a, b });
  }

  shift(kind: "shl" | "shru" | "shrs", a: NodeId, b: NodeId): NodeId {
    return this.add({ kind, width: this.width(a), a, b });
  }

  mux(select: NodeId, a: NodeId, b: NodeId): NodeId {
    const value = this.constantOf(select);
    if (value !== null) return value === 1n ? a : b;
    return a === b ? a : this.add({ kind: "mux", width: this.width(a), select, a, b });
  }

  reduce(op: "and" | "or" | "xor", a: NodeId): NodeId {
    return this.width(a) === 1 ? a : this.add({ kind: "reduce", op, width: 1, a });
  }

  isZero(a: NodeId): NodeId {
    return this.not(this.reduce("or", a));
  }

  /** `bit` repeated `width` times. */
  repeat(bit: NodeId, width: number): NodeId {
    return this.resize(bit, width, true);
  }

  and1(a: NodeId, b: NodeId): NodeId {
    const [x, y] = [this.constantOf(a), this.constantOf(b)];
    if (x !== null) return x === 0n ? a : b;
    if (y !== null) return y === 0n ? b : a;
    return this.binary("and", a, b);
  }

  #shared(key: string, node: Node): NodeId {
    const known = this.#wiring.get(key);
    if (known !== undefined) return known;
    const id = this.add(node);
    this.#wiring.set(key, id);
    return id;
  }
}
