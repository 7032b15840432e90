import type { Design, Format, Module, NodeId, Summary } from "../netlist/index.ts";
import { isState, nameOf, operands, sourceOf } from "../netlist/index.ts";
import { EnumerationNames } from "./enumerations.ts";
import { Expressions } from "./expressions.ts";
import { commentText } from "./identifiers.ts";
import { instanceStatements } from "./instances.ts";
import { memoryDeclaration, memoryRead, memoryWrites, range } from "./memories.ts";
import { type Interface, ModuleScope } from "./module-scope.ts";
import { propertyBlocks } from "./properties.ts";
import { poisonMacro, registerBlocks, statementNodes } from "./registers.ts";

export interface ModuleTextOptions {
  /** The module's name in the text. */
  readonly name: string;
  readonly sources: boolean;
  readonly initial: boolean;
}

/** Writes one definition; its children are known by their `interfaces`. */
export function moduleText(
  design: Design,
  module: Module,
  interfaces: readonly Interface[],
  summaries: readonly Summary[],
  options: ModuleTextOptions,
): { readonly text: string; readonly face: Interface } {
  const scope = new ModuleScope(design, module, interfaces, summaries);
  return { text: new Writer(scope, options).text(), face: { name: options.name, ports: scope.ports } };
}

class Writer {
  readonly #enumerations: EnumerationNames;
  readonly #expressions: Expressions;
  readonly #wires: string[] = [];
  readonly #early: string[] = [];
  readonly #late: NodeId[] = [];
  readonly #consumers: ReadonlyMap<NodeId, NodeId>;
  readonly #statements: ReadonlySet<NodeId>;

  constructor(
    private readonly scope: ModuleScope,
    private readonly options: ModuleTextOptions,
  ) {
    this.#enumerations = new EnumerationNames(scope.identifiers);
    this.#expressions = new Expressions(scope, this.#enumerations, (id, text) => this.#declare(id, text));
    this.#consumers = firstUsers(scope.module);
    this.#statements = statementNodes(scope);
  }

  text(): string {
    const { scope, options } = this;
    const { module } = scope;
    const memories = module.memories.flatMap((_, index) => memoryDeclaration(scope, index));
    const registers = this.#registerDeclarations();
    const powerOn = this.#powerOn();
    const outputs = module.nodes.flatMap((node, id) => {
      const name = scope.nodes.get(id);
      return node.kind === "instOut" && name !== undefined && !scope.outputs.has(id)
        ? [`wire ${range(node.width)}${name};`]
        : [];
    });

    for (const id of evaluationOrder(module)) this.#combinational(id);
    const reads = module.nodes.flatMap((node, id) =>
      node.kind === "memRead" && node.sync ? [memoryRead(scope, this.#expressions, id, node)] : [],
    );
    const instances = module.instances.flatMap((_, index) => instanceStatements(scope, this.#expressions, index));
    const blocks = registerBlocks(scope, this.#expressions);
    const writes = module.memories.flatMap((_, index) => memoryWrites(scope, this.#expressions, index));
    const ports = this.#outputAssignments();
    const before = this.#wires.length;
    const properties = propertyBlocks(scope, this.#expressions);
    const propertyWires = this.#wires.splice(before);
    for (const id of this.#late) {
      const name = this.#expressions.identifier(id);
      this.#wires.push(`assign ${name} = ${this.#expressions.driver(id, null)};`);
    }
    const formal =
      properties.length === 0 ? [] : [["`ifdef FORMAL", ...propertyWires, ...properties, "`endif"].join("\n")];

    const lines = [
      this.#enumerations.declarations(),
      [...registers, ...memories, ...outputs, ...this.#early],
      powerOn,
      this.#wires,
    ];
    const apart = [...instances, ...blocks, ...writes, ...reads];
    const sections = [
      ...lines.map((section) => section.map(indented).join("\n")),
      apart.map(indented).join("\n\n"),
      ports.map(indented).join("\n"),
      formal.map(indented).join("\n"),
    ];
    const body = sections.filter((section) => section !== "").join("\n\n");
    const place =
      options.sources && module.source ? `// ${commentText(`${module.source.file}:${module.source.line}`)}\n` : "";
    return `${place}module ${options.name} (\n${this.#portList()}\n);\n${body}${body === "" ? "" : "\n"}endmodule\n`;
  }

  #portList(): string {
    const { scope } = this;
    const states = new Set([...scope.outputs].filter((id) => isState(scope.node(id))).map((id) => scope.nodes.get(id)));
    return scope.ports
      .map(({ identifier, direction, width }) => {
        const kind = direction === "in" ? "input " : states.has(identifier) ? "output reg " : "output ";
        return `  ${kind}${range(width)}${identifier}`;
      })
      .join(",\n");
  }

  #registerDeclarations(): string[] {
    const { scope, options } = this;
    const { module } = scope;
    return module.nodes.flatMap((node, id) => {
      if (!isState(node) || scope.outputs.has(id)) return [];
      const init = node.kind === "reg" && options.initial ? node.init : null;
      const start = init === null ? "" : ` = ${this.#expressions.constant(node.width, init, this.#format(id))}`;
      return [`reg ${range(node.width)}${scope.nodes.get(id)}${start};${this.#place(id)}`];
    });
  }

  /** Initial values that declarations do not give: of output registers, and of undefined state under the macro. */
  #powerOn(): string[] {
    const { scope, options } = this;
    const given: string[] = [];
    const poisoned: string[] = [];
    scope.module.nodes.forEach((node, id) => {
      if (!isState(node)) return;
      const name = scope.nodes.get(id);
      const init = node.kind === "reg" ? node.init : null;
      if (init === null) poisoned.push(`  ${name} = ${node.width}'d0;`);
      else if (scope.outputs.has(id) && options.initial)
        given.push(`  ${name} = ${this.#expressions.constant(node.width, init, this.#format(id))};`);
    });
    return [
      ...(given.length > 0 ? ["initial begin", ...given, "end"] : []),
      ...(poisoned.length > 0 ? [`\`ifdef ${poisonMacro}`, "initial begin", ...poisoned, "end", "`endif"] : []),
    ];
  }

  /** A node with a name of its own that is no state: its wire, in an order in which every wire follows its operands. */
  #combinational(id: NodeId): void {
    const { scope } = this;
    const node = scope.node(id);
    const name = scope.nodes.get(id);
    if (name === undefined) {
      const inExpressions = (scope.uses[id] ?? 0) > 0 && !this.#statements.has(id);
      if (node.kind !== "const" && inExpressions) this.#expressions.of(id);
      return;
    }
    if (node.kind === "input" || node.kind === "instOut" || isState(node)) return;
    if (node.kind === "memRead") {
      if (!scope.outputs.has(id)) this.#wires.push(`wire ${range(node.width)}${name};${this.#place(id)}`);
      this.#wires.push(memoryRead(scope, this.#expressions, id, node));
      return;
    }
    const circular = scope.circular.has(id);
    if (circular && !scope.outputs.has(id)) this.#early.push(`wire ${range(node.width)}${name};${this.#place(id)}`);
    const driver = this.#expressions.driver(id, this.#format(id));
    this.#wires.push(
      circular || scope.outputs.has(id)
        ? `assign ${name} = ${driver};`
        : `wire ${range(node.width)}${name} = ${driver};${this.#place(id)}`,
    );
  }

  /** Output ports whose node is called otherwise. */
  #outputAssignments(): string[] {
    const { scope } = this;
    return scope.ports.flatMap(({ identifier, direction, role }) => {
      if (direction === "in" || role.kind !== "port") return [];
      const port = scope.module.ports[role.port];
      if (!port || scope.nodes.get(port.node) === identifier) return [];
      return [`assign ${identifier} = ${this.#expressions.of(port.node, port.format)};`];
    });
  }

  #declare(id: NodeId, text: string | null): string {
    const { scope } = this;
    const node = scope.node(id);
    const name = scope.identifiers.take(this.#nameFor(id));
    if (text === null) {
      this.#early.push(`wire ${range(node.width)}${name};`);
      this.#late.push(id);
    } else this.#wires.push(`wire ${range(node.width)}${name} = ${text};`);
    return name;
  }

  /** After what the node feeds in the end and what it does: `count_add`. */
  #nameFor(id: NodeId): string {
    const { scope } = this;
    const { kind } = scope.node(id);
    let at: NodeId | undefined = id;
    for (let steps = 0; at !== undefined && steps < 64; steps++) {
      const name = scope.nodes.get(at) ?? nameOf(scope.module, at)?.name;
      if (name !== undefined && at !== id) return `${name}_${kind}`;
      at = this.#consumers.get(at);
    }
    return `value_${kind}`;
  }

  #format(id: NodeId): Format | null {
    return this.scope.formats.get(id) ?? null;
  }

  #place(id: NodeId): string {
    if (!this.options.sources) return "";
    const source = nameOf(this.scope.module, id)?.source ?? sourceOf(this.scope.module, id);
    return source ? ` // ${commentText(`${source.file}:${source.line}`)}` : "";
  }
}

/** Indented by two, directives excepted. */
function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("`") ? line : `  ${line}`))
    .join("\n");
}

/** For each node the first one that uses it. */
function firstUsers(module: Module): Map<NodeId, NodeId> {
  const users = new Map<NodeId, NodeId>();
  module.nodes.forEach((node, id) => {
    for (const operand of operands(node)) if (!users.has(operand)) users.set(operand, id);
  });
  return users;
}

/** All nodes, operands of combinational ones before their users where words do not go round. */
function evaluationOrder(module: Module): NodeId[] {
  const order: NodeId[] = [];
  const entered = new Uint8Array(module.nodes.length);
  const pending: { readonly id: NodeId; next: number }[] = [];
  for (let root = 0; root < module.nodes.length; root++) {
    if (entered[root]) continue;
    entered[root] = 1;
    pending.push({ id: root, next: 0 });
    for (let frame = pending.at(-1); frame; frame = pending.at(-1)) {
      const node = module.nodes[frame.id];
      const operand = node && !isState(node) ? operands(node)[frame.next++] : undefined;
      if (operand === undefined) {
        order.push(frame.id);
        pending.pop();
      } else if (!entered[operand]) {
        entered[operand] = 1;
        pending.push({ id: operand, next: 0 });
      }
    }
  }
  return order;
}
