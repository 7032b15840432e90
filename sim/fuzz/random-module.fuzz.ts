import {
  type BinaryKind,
  type CompareNode,
  type Domain,
  type MemoryWrite,
  type Module,
  type NodeId,
  operands,
  type ShiftNode,
} from "../../hdl/netlist/index.ts";
import { Sketch } from "../../hdl/netlist/sketch.fuzz.ts";

/** The state, by its domain, and the input ports that a value follows in the same cycle. */
export interface Reach {
  readonly domains: Set<number>;
  readonly inputs: Set<number>;
}

/** Whether sources are followed through marked crossings, as for loops, or end there, as for domains. */
export type Follow = "through crossings" | "up to crossings";

/** A finished module as a parent sees it. */
export interface Finished {
  readonly index: number;
  readonly module: Module;
  /** Nodes of all its instances together. */
  readonly size: number;
  /** Levels of instances below it. */
  readonly depth: number;
  /** For each port that is an output, where its value comes from in the same cycle. */
  readonly outputs: ReadonlyMap<number, Readonly<Record<Follow, Reach>>>;
}

/** Chooses among `count` possibilities, 0 to count − 1. */
export type Choose = (count: number) => number;

/** A small number, all ones, the sign bit alone, or anything. */
export function constantValue(width: number, choose: Choose): bigint {
  const all = (1n << BigInt(width)) - 1n;
  const number = BigInt(choose(65_536));
  const style = choose(4);
  if (style === 1) return all;
  if (style === 2) return 1n << BigInt(width - 1);
  return (style === 0 ? number : number * 0x9e3779b97f4a7c15f39cc0605cedc835n) & all;
}

/** A module that grows by random choices and stays valid: no bitwise loops, no crossings of domains unmarked. */
export class RandomModule extends Sketch {
  /** By memory: its write ports, and the domains that they are in or may yet be in. */
  readonly writes: MemoryWrite[][] = [];
  readonly writeDomains: number[][] = [];
  /** By instance. */
  readonly definitions: Finished[] = [];
  readonly #late: (() => void)[] = [];

  constructor(
    name: string,
    domains: readonly Domain[],
    readonly features: Set<string>,
  ) {
    super(name, domains);
  }

  /** Puts a choice off until all nodes are there, so that it may take a later one. */
  later(choice: () => void): void {
    this.#late.push(choice);
  }

  finish(): Module {
    for (const choice of this.#late) choice();
    return this.module();
  }

  /** A node that exists. 0 is the latest. */
  pick(choice: number): NodeId {
    return this.nodes.length - 1 - (choice % this.nodes.length);
  }

  /** The node cut or extended to a width. */
  fit(id: NodeId, width: number, choice: number): NodeId {
    const own = this.width(id);
    if (own === width) return id;
    if (own > width) return this.node({ kind: "slice", width, a: id, low: choice % (own - width + 1) });
    return this.node({ kind: choice % 2 === 0 ? "zext" : "sext", width, a: id });
  }

  /** Some node at a width. */
  operand(choose: Choose, width: number): NodeId {
    return this.fit(this.pick(choose(65_536)), width, choose(256));
  }

  /** Some node that state of a domain may sample: marked as crossing where it comes from another one. */
  sampled(choose: Choose, width: number, domain: number): NodeId {
    return this.crossing(this.operand(choose, width), domain);
  }

  crossing(id: NodeId, domain: number): NodeId {
    const { domains, inputs } = this.reach(id, "up to crossings");
    const foreign = [...domains].some((source) => source !== domain) || (inputs.size > 0 && this.domains.length > 1);
    return foreign ? this.node({ kind: "cross", width: this.width(id), a: id }) : id;
  }

  reach(id: NodeId, follow: Follow): Reach {
    const found: Reach = { domains: new Set(), inputs: new Set() };
    const seen = new Set<NodeId>();
    const visit = (id: NodeId): void => {
      const node = this.nodes[id];
      if (!node || seen.has(id)) return;
      seen.add(id);
      if (node.kind === "cross" && follow === "up to crossings") return;
      if (node.kind === "input") found.inputs.add(node.port);
      else if (node.kind === "reg") found.domains.add(node.domain);
      else if (node.kind === "memRead" && node.sync) found.domains.add(node.sync.domain);
      else if (node.kind === "instOut") this.#throughInstance(node, follow, found, visit);
      else {
        if (node.kind === "memRead")
          for (const domain of this.writeDomains[node.memory] ?? []) found.domains.add(domain);
        for (const operand of operands(node)) visit(operand);
      }
    };
    visit(id);
    return found;
  }

  #throughInstance(
    { instance, port, element }: { instance: number; port: number; element: number },
    follow: Follow,
    found: Reach,
    visit: (id: NodeId) => void,
  ): void {
    const below = this.definitions[instance];
    const summary = below?.outputs.get(port)?.[follow];
    const placed = this.instances[instance];
    if (!below || !summary || !placed) return;
    for (const domain of summary.domains) found.domains.add(placed.domains[domain] ?? 0);
    const inputs = below.module.ports.flatMap(({ direction }, index) => (direction === "in" ? [index] : []));
    for (const input of summary.inputs) visit(placed.inputs[inputs.indexOf(input)]?.[element] ?? -1);
  }

  anyBinary(kind: BinaryKind, width: number, choose: Choose): NodeId {
    const a = this.operand(choose, width);
    return this.node({ kind, width, a, b: this.operand(choose, width) });
  }

  anyCompare(kind: CompareNode["kind"], width: number, choose: Choose): NodeId {
    const a = this.operand(choose, width);
    return this.node({ kind, width: 1, a, b: this.operand(choose, width) });
  }

  anyShift(kind: ShiftNode["kind"], width: number, choose: Choose): NodeId {
    const a = this.operand(choose, width);
    const near = choose(4) !== 3;
    const amount = near ? this.operand(choose, Math.ceil(Math.log2(width)) + 1) : this.pick(choose(65_536));
    return this.node({ kind, width, a, b: amount });
  }

  anyCase(width: number, choose: Choose): NodeId {
    const whole = this.pick(choose(65_536));
    const selector = choose(3) === 2 ? whole : this.fit(whole, 1 + choose(4), 0);
    const codes = 1n << BigInt(this.width(selector));
    const first = BigInt(choose(65_536)) % codes;
    const count = Math.min(1 + choose(5), codes > 9n ? 9 : Number(codes));
    const arms = Array.from({ length: count }, (_, i) => ({
      match: (first + BigInt(i)) % codes,
      value: this.operand(choose, width),
    }));
    return this.node({ kind: "case", width, selector, arms, otherwise: this.operand(choose, width) });
  }

  /** A concatenation of up to four nodes, as long as it stays within 130 bits. */
  anyCat(choose: Choose): NodeId {
    const parts: NodeId[] = [];
    let width = 0;
    for (let left = 1 + choose(4); left > 0; left--) {
      const part = this.pick(choose(65_536));
      if (width + this.width(part) > 130) break;
      width += this.width(part);
      parts.push(part);
    }
    return parts.length === 0 ? this.pick(0) : this.node({ kind: "cat", width, parts });
  }

  /**
   * A word field by field: by one bit, each field is something of its own, or all are of one word, or of one of two words.
   */
  anyFields(width: number, choose: Choose): NodeId {
    this.features.add("word by fields");
    const select = this.operand(choose, 1);
    const word = this.operand(choose, width);
    const [inner, other] = choose(2) === 0 ? [null, word] : [this.operand(choose, 1), this.operand(choose, width)];
    const isRestFirst = choose(2) === 0;
    const parts: NodeId[] = [];
    for (let low = 0; low < width; ) {
      const size = Math.min(1 + choose(16), width - low);
      const [a, b] = [this.slice(word, low, size), this.slice(other, low, size)];
      const rest = inner === null ? a : this.mux(inner, a, b);
      const given = choose(8) === 7 ? rest : this.operand(choose, size);
      parts.unshift(isRestFirst ? this.mux(select, rest, given) : this.mux(select, given, rest));
      low += size;
    }
    return this.cat(parts);
  }

  /**
   * A word that feeds itself one bit up or down: carry = {step[w−2:0], x} with step = carry op y, which is a ripple
   * chain and no loop by bit.
   */
  falseLoop(width: number, choose: Choose): NodeId {
    this.features.add("false loop");
    const wide = Math.max(2, width);
    const up = choose(2) === 0;
    const x = this.operand(choose, 1);
    const y = this.operand(choose, wide);
    const kind = (["xor", "and", "or"] as const)[choose(3)] ?? "xor";
    const step = this.nodes.length + 2;
    const rest = this.node({ kind: "slice", width: wide - 1, a: step, low: up ? 0 : 1 });
    const carry = this.node({ kind: "cat", width: wide, parts: up ? [rest, x] : [x, rest] });
    return this.node({ kind, width: wide, a: carry, b: y });
  }
}
