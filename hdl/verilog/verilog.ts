import { type Design, type Module, type Node, splitFalseLoops, summariesOf } from "../netlist/index.ts";
import { Identifiers } from "./identifiers.ts";
import type { Interface, VerilogPort } from "./module-scope.ts";
import { moduleText } from "./module-text.ts";

export interface VerilogOptions {
  /** Put before every module's name, so that several designs can share one text. */
  readonly prefix?: string;
  /** Source lines as comments. Default: true. */
  readonly sources?: boolean;
  /** Power-on values of registers as initial values. Default: true. */
  readonly initial?: boolean;
}

export interface VerilogModule {
  readonly name: string;
  readonly text: string;
}

/** A design in Verilog-2005. */
export interface Verilog {
  readonly top: string;
  /** The ports of the top, in textual order. */
  readonly ports: readonly VerilogPort[];
  /** Children before parents. Black boxes are instantiated and not among them. */
  readonly modules: readonly VerilogModule[];
}

/**
 * Writes a design in Verilog-2005, a module a definition, with the netlist's meaning exactly. What the netlist leaves
 * undefined (registers and memories without initial value, reads beyond a memory or of a word being written) is left
 * open in the text; with the macro SYSTOLE_POISON it is as the simulators have it with `randomInit: false`. Properties
 * stand under the macro FORMAL.
 */
export function toVerilog(design: Design, options: VerilogOptions = {}): Verilog {
  const { prefix = "", sources = true, initial = true } = options;
  const names = new Identifiers();
  const summaries = summariesOf(design);
  const interfaces: Interface[] = [];
  const modules: VerilogModule[] = [];
  for (const module of design.modules) {
    const name = module.blackBox ? module.name : names.take(`${prefix}${module.name}`);
    const { text, face } = moduleText(design, withoutFalseLoops(module), interfaces, summaries, {
      name,
      sources,
      initial,
    });
    interfaces.push(face);
    if (!module.blackBox) modules.push({ name, text });
  }
  const top = interfaces[design.top];
  if (!top) throw new RangeError(`the design has no module ${design.top}`);
  return { top: top.name, ports: top.ports, modules };
}

/**
 * The module with words that go round where no bit does taken apart into bits, which the tools need to order them. Loops
 * through instances stay.
 */
function withoutFalseLoops(module: Module): Module {
  const open = module.nodes.map((node) =>
    node.kind === "instOut" ? { kind: "input" as const, width: node.width, port: 0 } : node,
  );
  const alone = { ...module, instances: [], nodes: open };
  const split = splitFalseLoops(alone);
  if (split === alone) return module;
  return { ...split, instances: module.instances, nodes: split.nodes.map((node, id) => restored(module, node, id)) };
}

function restored(module: Module, node: Node, id: number): Node {
  const before = module.nodes[id];
  return before?.kind === "instOut" ? before : node;
}

/** All modules in one text. */
export function verilogText({ modules }: Verilog): string {
  return modules.map(({ text }) => text).join("\n");
}
