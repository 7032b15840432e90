import { components } from "./components.ts";
import { type Design, isState, type Module, type Node, operands } from "./design.ts";
import { mapOperands } from "./map-operands.ts";
import { Rewrite } from "./rewrite.ts";

/**
 * Shares nodes that compute the same thing from the same operands, in every module: operators (a + b and b + a are the
 * same), asynchronous reads of one memory at one address, outputs of one instance, registers with the same clock, next
 * value and initial value. Registers without one, and synchronous reads, differ at power-on and stay apart. The node with
 * the lowest id that comes first in order of evaluation is kept, and the names of all.
 *
 * Black boxes without a model are left alone.
 */
export function shareCommon(design: Design): Design {
  return { ...design, modules: design.modules.map(shareCommonNodes) };
}

/** `shareCommon` for one module; the module itself where nothing is shared. */
export function shareCommonNodes(module: Module): Module {
  if (module.blackBox?.modelled === false) return module;
  const rewrite = new Rewrite(module);
  const { members } = components(module.nodes.length, (id) => {
    const node = module.nodes[id];
    return node && !isState(node) ? operands(node) : [];
  });
  // Registers that turn out equal make their readers equal in the next sweep.
  for (let shared = true; shared; ) {
    shared = false;
    const first = new Map<string, number>();
    for (const id of members) {
      if (rewrite.find(id) !== id) continue;
      const key = keyOf(mapOperands(rewrite.node(id), (operand) => rewrite.find(operand)));
      if (key === null) continue;
      const before = first.get(key);
      if (before === undefined) first.set(key, id);
      else if (rewrite.giveOver(id, before) && rewrite.nodes[id]?.kind === "reg") shared = true;
    }
  }
  return rewrite.changed ? rewrite.build() : module;
}

/** Equal keys are equal values; null for nodes that are never shared. */
function keyOf(node: Node): string | null {
  const { kind, width } = node;
  switch (kind) {
    case "input":
      return null;
    case "const":
      return `const ${width} ${node.value}`;
    case "and":
    case "or":
    case "xor":
    case "add":
    case "mul":
    case "eq":
      return `${kind} ${width} ${Math.min(node.a, node.b)} ${Math.max(node.a, node.b)}`;
    case "case": {
      const arms = node.arms.map(({ match, value }) => `${match}:${value}`);
      return `case ${width} ${node.selector} ${arms.sort().join()} ${node.otherwise}`;
    }
    case "slice":
      return `slice ${width} ${node.a} ${node.low}`;
    case "reduce":
      return `reduce ${node.op} ${node.a}`;
    case "reg":
      return node.init === null ? null : `reg ${width} ${node.domain} ${node.next} ${node.init}`;
    case "memRead":
      return node.sync ? null : `memRead ${node.memory} ${node.address}`;
    case "instOut":
      return `instOut ${node.instance} ${node.port} ${node.element}`;
    default:
      return `${kind} ${width} ${operands(node).join()}`;
  }
}
