import { type Design, DesignError, type Domain, type Format, type Module, type Source } from "./design.ts";
import { atSource } from "./label.ts";
import { validateInstance } from "./validate-instance.ts";
import { validateMemory } from "./validate-memory.ts";
import { nodeValidator } from "./validate-node.ts";
import { inRange, isIndex, maxWidth, type Place, requireName, requireNode, requireOneBit, unique } from "./validity.ts";

/**
 * Checks that a design is well formed: every index in range, every width as its kind demands, names unique, instances
 * and memories consistent. It says nothing about loops (`loops.ts`) or clocks (`crossings.ts`).
 *
 * Linear in the size of the design and without recursion. Throws a DesignError that names the module, the signal and the
 * line of the first fault.
 */
export function validate(design: Design): void {
  if (design.modules.length === 0) throw new DesignError("the design has no modules; give it at least a top");
  if (!isIndex(design.top, design.modules.length))
    throw new DesignError(`the design's top is module ${design.top}, but there are ${design.modules.length}`);
  const seen = new Set<string>();
  design.modules.forEach((module, index) => {
    if (module.name === "") throw new DesignError(`module ${index} has no name; name it`);
    if (seen.has(module.name))
      throw new DesignError(`two modules are named ${module.name}; give each definition a name of its own`);
    seen.add(module.name);
    validateModule(design, module, index);
  });
}

function validateModule(design: Design, module: Module, index: number): void {
  const fail = (what: string, source: Source | null = module.source): never => {
    throw new DesignError(`${module.name}: ${what}${atSource(source)}`);
  };
  const place: Place = { design, module, index, fail };

  validateDomains(place, module.domains);
  validatePorts(place);
  if (module.nodeSources.length !== module.nodes.length)
    fail(`${module.nodes.length} nodes have ${module.nodeSources.length} sources; give one index (or -1) for each`);
  module.nodeSources.forEach((source, node) => {
    if (source !== -1 && !isIndex(source, module.sources.length))
      fail(`node ${node} has source ${source}, but there are ${module.sources.length}; use -1 where it is unknown`);
  });
  unique(place, "instance", module.instances);
  for (const instance of module.instances) validateInstance(place, instance);
  unique(place, "memory", module.memories);
  for (const memory of module.memories) {
    validateMemory(place, memory);
    validateFormat(place, memory.format, memory.width, `memory ${memory.name}`, memory.source);
  }
  module.nodes.forEach(nodeValidator(place));
  unique(place, "signal", module.names);
  for (const name of module.names) {
    requireName(place, name.name, "signal", name.source);
    requireNode(place, name.node, `the node of signal ${name.name}`, name.source);
    validateFormat(place, name.format, module.nodes[name.node]?.width ?? 0, `signal ${name.name}`, name.source);
  }
  for (const check of module.checks) {
    const what = `${check.kind} "${check.message}"`;
    requireOneBit(place, check.condition, `the condition of ${what}`, check.source);
    requireOneBit(place, check.enable, `the enable of ${what}`, check.source);
    if (!isIndex(check.domain, module.domains.length))
      fail(`${what} is in clock domain ${check.domain}, but the module has ${module.domains.length}`, check.source);
  }
  if (module.blackBox && !module.blackBox.modelled)
    for (const port of module.ports) {
      const driver = module.nodes[port.node];
      if (port.direction === "out" && !(driver?.kind === "const" && driver.value === 0n))
        fail(`output ${port.name} of a black box without a model must be a constant 0; say that it is modelled`);
    }
}

function validateDomains(place: Place, domains: readonly Domain[]): void {
  if (domains.length === 0) place.fail("there is no clock domain; domain 0 is the one its parent hands down");
  unique(place, "clock domain", domains);
  for (const { name, edge, reset, polarity } of domains) {
    requireName(place, name, "clock domain", null);
    if (
      (edge !== "rising" && edge !== "falling") ||
      (reset !== "sync" && reset !== "async" && reset !== "none") ||
      (polarity !== "high" && polarity !== "low")
    )
      place.fail(
        `clock domain ${name} has edge ${edge}, reset ${reset}, polarity ${polarity}; use rising or falling, sync, async or none, high or low`,
      );
  }
}

function validatePorts(place: Place): void {
  const { module } = place;
  unique(place, "port", module.ports);
  module.ports.forEach((port, index) => {
    requireName(place, port.name, "port", module.source);
    const what = `${port.direction === "in" ? "input" : "output"} ${port.name}`;
    if (!Number.isSafeInteger(port.width) || port.width < 1 || port.width > maxWidth)
      place.fail(`${what} is ${port.width} bits wide; use 1 to ${maxWidth}`);
    requireNode(place, port.node, `the node of ${what}`, null);
    const node = module.nodes[port.node];
    if (node && node.width !== port.width)
      place.fail(`${what} is ${port.width} bits wide, its node ${node.width}; extend or truncate one of them`);
    if (port.direction === "in" && !(node?.kind === "input" && node.port === index))
      place.fail(`${what} must have an input node of its own; its node ${port.node} is ${node?.kind ?? "missing"}`);
    validateFormat(place, port.format, port.width, what, null);
  });
}

function validateFormat(place: Place, format: Format, width: number, what: string, source: Source | null): void {
  if (format.kind === "bool" && width !== 1)
    place.fail(`${what} is shown as a bool and is ${width} bits wide; show it as uint`, source);
  if (format.kind === "enum" && !inRange(BigInt(Math.max(format.labels.length - 1, 0)), width))
    place.fail(`${what} has ${format.labels.length} labels, more than ${width} bits can tell apart; widen it`, source);
}
