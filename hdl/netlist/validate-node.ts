import type { CaseNode, CatNode, DomainId, Memory, Node, NodeId } from "./design.ts";
import { elementCount } from "./element.ts";
import { clockName, formatLine, nodeLabel, sourceOf } from "./label.ts";
import { inRange, isIndex, maxWidth, type Place } from "./validity.ts";

/**
 * Checks the nodes of a module one by one: indices in range and widths as each kind demands. What it returns throws a
 * DesignError that names the node.
 */
export function nodeValidator(place: Place): (node: Node, id: NodeId) => void {
  const { module } = place;
  let at: NodeId = 0;
  const fail = (what: string): never => place.fail(`${nodeLabel(module, at)}: ${what}`, sourceOf(module, at));
  const widthOf = (operand: NodeId, what: string): number => {
    const target = isIndex(operand, module.nodes.length) ? module.nodes[operand] : undefined;
    if (!target) fail(`${what} is node ${operand}, but there are ${module.nodes.length}; drive it with a node`);
    return target?.width ?? 0;
  };
  const demand = (operand: NodeId, width: number, what: string): void => {
    const actual = widthOf(operand, what);
    if (actual !== width) {
      const kind = module.nodes[at]?.kind;
      fail(`${what} of ${kind} is ${actual} bits wide and must be ${width}; extend or truncate it`);
    }
  };
  const rules = { place, fail, widthOf, demand };
  return (node, id) => {
    at = id;
    validateNode(rules, node, id);
  };
}

interface Rules {
  readonly place: Place;
  readonly fail: (what: string) => never;
  /** The width of an operand, which must exist. */
  readonly widthOf: (operand: NodeId, what: string) => number;
  readonly demand: (operand: NodeId, width: number, what: string) => void;
}

function validateNode({ place, fail, widthOf, demand }: Rules, node: Node, id: NodeId): void {
  const { module, design } = place;
  const width: number = node.width;
  if (!Number.isSafeInteger(width) || width < 1 || width > maxWidth)
    fail(`${node.kind} is ${width} bits wide; use 1 to ${maxWidth}`);

  switch (node.kind) {
    case "const":
      if (!inRange(node.value, node.width))
        fail(`the constant ${node.value} does not fit ${node.width} bits; widen it`);
      return;
    case "input": {
      const port = isIndex(node.port, module.ports.length) ? module.ports[node.port] : undefined;
      if (port?.direction !== "in" || port.node !== id)
        fail(`it stands for port ${node.port}, whose node it is not; an input port has exactly one input node`);
      return;
    }
    case "not":
    case "cross":
      demand(node.a, node.width, "operand a");
      return;
    case "and":
    case "or":
    case "xor":
    case "add":
    case "sub":
    case "mul":
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      demand(node.a, node.width, "operand a");
      demand(node.b, node.width, "operand b");
      return;
    case "eq":
    case "ltu":
    case "lts":
      if (width !== 1) fail(`${node.kind} is ${width} bits wide and must be 1`);
      demand(node.b, widthOf(node.a, "operand a"), "operand b");
      return;
    case "shl":
    case "shru":
    case "shrs":
      demand(node.a, node.width, "operand a");
      widthOf(node.b, "the shift amount");
      return;
    case "mux":
      demand(node.select, 1, "the select");
      demand(node.a, node.width, "arm a");
      demand(node.b, node.width, "arm b");
      return;
    case "case":
      validateCase(node, widthOf, demand, fail);
      return;
    case "cat":
      validateCat(node, widthOf, fail);
      return;
    case "slice": {
      const from = widthOf(node.a, "operand a");
      if (!Number.isSafeInteger(node.low) || node.low < 0 || node.low + width > from)
        fail(
          `bits ${node.low} to ${node.low + node.width - 1} are not all in a value of ${from} bits; slice within it`,
        );
      return;
    }
    case "zext":
    case "sext": {
      const from = widthOf(node.a, "operand a");
      if (from > width) fail(`${node.kind} narrows ${from} bits to ${node.width}; use a slice`);
      return;
    }
    case "reduce":
      if (width !== 1) fail(`a reduction is ${width} bits wide and must be 1`);
      if (node.op !== "and" && node.op !== "or" && node.op !== "xor")
        fail(`there is no reduction ${String(node.op)}; use and, or, xor`);
      widthOf(node.a, "operand a");
      return;
    case "reg":
      demand(node.next, node.width, "the next value");
      if (node.init !== null && !inRange(node.init, node.width))
        fail(`the initial value ${node.init} does not fit ${node.width} bits; widen the register`);
      if (!isIndex(node.domain, module.domains.length))
        fail(`the register is in clock domain ${node.domain}, but the module has ${module.domains.length}`);
      return;
    case "memRead": {
      const memory = isIndex(node.memory, module.memories.length) ? module.memories[node.memory] : undefined;
      if (!memory) fail(`it reads memory ${node.memory}, but the module has ${module.memories.length}`);
      else if (memory.width !== node.width)
        fail(`it reads ${node.width} bits of memory ${memory.name}, whose words have ${memory.width}; make them equal`);
      widthOf(node.address, "the address");
      if (!node.sync) return;
      demand(node.sync.enable, 1, "the read enable");
      if (!isIndex(node.sync.domain, module.domains.length))
        fail(`the read is in clock domain ${node.sync.domain}, but the module has ${module.domains.length}`);
      if (memory?.readUnderWrite === "new") validateNewRead({ place, fail }, memory, node.sync.domain);
      return;
    }
    case "instOut": {
      const instance = isIndex(node.instance, module.instances.length) ? module.instances[node.instance] : undefined;
      if (!instance) fail(`it reads instance ${node.instance}, but the module has ${module.instances.length}`);
      else if (!isIndex(node.element, elementCount(instance.dims)))
        fail(`it reads element ${node.element} of ${instance.name}, which has ${elementCount(instance.dims)}`);
      const child = instance && design.modules[instance.definition];
      const port = child && isIndex(node.port, child.ports.length) ? child.ports[node.port] : undefined;
      if (port?.direction !== "out")
        fail(`it reads port ${node.port} of ${instance?.name} (${child?.name}), which is no output; read an output`);
      else if (port.width !== width)
        fail(`it is ${width} bits wide, output ${port.name} of ${instance?.name} ${port.width}; make them equal`);
      return;
    }
    default:
      fail(`there is no node of this kind`);
  }
}

/** A word cannot be passed on at an edge to a read in another clock domain. */
function validateNewRead({ place, fail }: Pick<Rules, "place" | "fail">, memory: Memory, domain: DomainId): void {
  const foreign = memory.writes.find((write) => write.domain !== domain);
  if (!foreign) return;
  const clock = (of: DomainId): string => clockName(place.module, of);
  fail(
    `it reads memory ${memory.name} by clock ${clock(domain)} and is to see what clock ${clock(foreign.domain)} writes at the same edge (${formatLine(foreign.source ?? memory.source)}), which no logic can pass on between two clocks; use readUnderWrite "old" or "undefined"`,
  );
}

function validateCase(
  node: CaseNode,
  widthOf: (operand: NodeId, what: string) => number,
  demand: (operand: NodeId, width: number, what: string) => void,
  fail: (what: string) => never,
): void {
  const width = widthOf(node.selector, "the selector");
  const seen = new Set<bigint>();
  for (const { match, value } of node.arms) {
    if (!inRange(match, width))
      fail(`a case matches ${match}, which a selector of ${width} bits never is; remove the arm`);
    if (seen.has(match)) fail(`two arms of a case match ${match}; remove one`);
    seen.add(match);
    demand(value, node.width, `the arm for ${match}`);
  }
  demand(node.otherwise, node.width, "the default arm");
}

function validateCat(
  node: CatNode,
  widthOf: (operand: NodeId, what: string) => number,
  fail: (what: string) => never,
): void {
  let sum = 0;
  for (const [index, part] of node.parts.entries()) sum += widthOf(part, `part ${index} of cat`);
  if (sum !== node.width) fail(`the parts of cat have ${sum} bits together and it has ${node.width}; make them equal`);
}
