import type { Node, NodeId, Source } from "../netlist/index.ts";
import type { Builder } from "./builder.ts";
import type { Expression, Operation } from "./expression.ts";
import type { GroupedInstance } from "./instances.ts";
import type { Site } from "./site.ts";

/**
 * Numbers a module's expressions: first the constants, each once, then all that something requires, in the order in
 * which they were written.
 */
export class Emitter {
  readonly nodes: Node[] = [];
  readonly nodeSources: number[] = [];
  readonly sources: Source[] = [];
  /** By the index of an expression: −2 where nothing needs it, then −1, then its node. */
  private readonly ids: Int32Array;
  private readonly neededConstants = new Set<Expression>();
  private readonly constants = new Map<string, NodeId>();
  private readonly sourceIndex = new Map<Source, number>();
  private readonly places = new Map<unknown, { instance: number; element: number }>();
  private readonly memories: ReadonlyMap<unknown, number>;

  constructor(
    private readonly builder: Builder,
    private readonly instances: readonly GroupedInstance[],
    private readonly portIndex: ReadonlyMap<string, number>,
  ) {
    this.ids = new Int32Array(builder.expressions.length).fill(-2);
    this.memories = new Map(builder.memories.map((memory, i) => [memory, i]));
    instances.forEach(({ elements }, instance) => {
      elements.forEach((built, element) => {
        this.places.set(built, { instance, element });
      });
    });
  }

  has({ index }: Expression): boolean {
    return (this.ids[index] ?? -1) >= 0;
  }

  id(expression: Expression | null | undefined): NodeId {
    const known = expression && (expression.index < 0 ? this.constantId(expression) : this.ids[expression.index]);
    if (known === undefined || known === null || known < 0)
      throw new RangeError(`an expression of ${this.builder.path} was not emitted`);
    return known;
  }

  /** Marks an expression, and all that it depends on, as part of the module. */
  require(root: Expression | null | undefined): void {
    const pending = root ? [root] : [];
    for (let expression = pending.pop(); expression; expression = pending.pop()) {
      if (expression.index < 0) this.neededConstants.add(expression);
      else if (this.ids[expression.index] === -2) {
        this.ids[expression.index] = -1;
        pending.push(...operandsOf(expression.operation));
      }
    }
  }

  emit(): void {
    for (const expression of this.neededConstants) this.addConstant(expression);
    const owned = this.builder.expressions.filter(({ index }) => this.ids[index] === -1);
    owned.forEach(({ index }, i) => {
      this.ids[index] = this.nodes.length + i;
    });
    for (const expression of owned) this.add(this.node(expression), expression.site);
  }

  private addConstant({ operation, width }: Expression): void {
    if (operation.kind !== "const") return;
    const key = `${width}:${operation.value}`;
    if (this.constants.has(key)) return;
    this.constants.set(key, this.nodes.length);
    this.add({ kind: "const", width, value: operation.value }, null);
  }

  private constantId({ operation, width }: Expression): NodeId | undefined {
    return operation.kind === "const" ? this.constants.get(`${width}:${operation.value}`) : undefined;
  }

  private add(node: Node, site: Site | null): void {
    this.nodes.push(node);
    let index = -1;
    const source = site?.source;
    if (source) {
      index = this.sourceIndex.get(source) ?? this.sources.push(source) - 1;
      this.sourceIndex.set(source, index);
    }
    this.nodeSources.push(index);
  }

  private node({ operation, width }: Expression): Node {
    const id = (operand: Expression) => this.id(operand);
    switch (operation.kind) {
      case "const":
        return { kind: "const", width, value: operation.value };
      case "input":
        return { kind: "input", width, port: this.portIndex.get(operation.name) ?? -1 };
      case "not":
      case "cross":
      case "zext":
      case "sext":
        return { kind: operation.kind, width, a: id(operation.a) };
      case "eq":
      case "ltu":
      case "lts":
        return { kind: operation.kind, width: 1, a: id(operation.a), b: id(operation.b) };
      case "mux":
        return { kind: "mux", width, select: id(operation.select), a: id(operation.a), b: id(operation.b) };
      case "case": {
        const arms = operation.arms.map(({ match, value }) => ({ match, value: id(value) }));
        return { kind: "case", width, selector: id(operation.selector), arms, otherwise: id(operation.otherwise) };
      }
      case "cat":
        return { kind: "cat", width, parts: operation.parts.map(id) };
      case "slice":
        return { kind: "slice", width, a: id(operation.a), low: operation.low };
      case "reduce":
        return { kind: "reduce", op: operation.op, width: 1, a: id(operation.a) };
      case "state": {
        const { kind, driver, domain, init } = operation.target;
        const next = this.id(driver);
        return kind === "wire" ? { kind: "zext", width, a: next } : { kind: "reg", width, domain, next, init };
      }
      case "memRead": {
        const { address, sync } = operation.read;
        const memory = this.memories.get(operation.memory) ?? -1;
        const timing = sync && { domain: sync.domain, enable: id(sync.enable) };
        return { kind: "memRead", width, memory, address: id(address), sync: timing };
      }
      case "instOut": {
        const place = this.places.get(operation.instance);
        const port = place ? (this.instances[place.instance]?.portIndex.get(operation.port) ?? -1) : -1;
        return { kind: "instOut", width, instance: place?.instance ?? -1, port, element: place?.element ?? -1 };
      }
      default:
        return { kind: operation.kind, width, a: id(operation.a), b: id(operation.b) };
    }
  }
}

function operandsOf(operation: Operation): readonly Expression[] {
  switch (operation.kind) {
    case "const":
    case "input":
    case "instOut":
      return [];
    case "mux":
      return [operation.select, operation.a, operation.b];
    case "case":
      return [operation.selector, ...operation.arms.map((arm) => arm.value), operation.otherwise];
    case "cat":
      return operation.parts;
    case "state":
      return operation.target.driver ? [operation.target.driver] : [];
    case "memRead":
      return operation.read.sync ? [operation.read.address, operation.read.sync.enable] : [operation.read.address];
    case "not":
    case "cross":
    case "slice":
    case "zext":
    case "sext":
    case "reduce":
      return [operation.a];
    default:
      return [operation.a, operation.b];
  }
}
