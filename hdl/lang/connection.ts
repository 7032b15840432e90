import { expressionsOf, type Half, structure } from "./aggregate.ts";
import { fail } from "./builder.ts";
import type { ModuleCore } from "./core.ts";
import type { Expression } from "./expression.ts";
import type { Site } from "./site.ts";
import { property, type Shape } from "./type.ts";
import type { Dynamic } from "./width.ts";

/** What one key of a module's ports contributes to one direction. */
interface PortPart {
  readonly key: string;
  readonly shape: Shape;
  readonly half: Half;
  /** The shape of a port of the same key on the other side. */
  readonly other: Shape | undefined;
  /** The netlist's names of its leaves in that direction, by path below the port. */
  readonly names: ReadonlyMap<string, string>;
}

const partsByCore = new WeakMap<ModuleCore, Readonly<Record<"in" | "out", readonly PortPart[]>>>();

/** The parts of a module's ports that flow in one direction. */
function partsOf(core: ModuleCore, direction: "in" | "out"): readonly PortPart[] {
  let parts = partsByCore.get(core);
  if (!parts) {
    parts = { in: readParts(core, "in"), out: readParts(core, "out") };
    partsByCore.set(core, parts);
  }
  return parts[direction];
}

function readParts(core: ModuleCore, direction: "in" | "out"): PortPart[] {
  const parts: PortPart[] = [];
  const sides = [["in", core.inputs, core.outputs] as const, ["out", core.outputs, core.inputs] as const];
  for (const [side, ports, others] of sides)
    for (const [key, type] of Object.entries(ports)) {
      const half = side === direction ? "forward" : "backward";
      const leaves = core.leaves.filter((leaf) => leaf.side === side && leaf.key === key && leaf.half === half);
      if (leaves.length === 0) continue;
      const other = Object.hasOwn(others, key) ? others[key]?.["~shape"] : undefined;
      const names = new Map(leaves.map(({ path, name }) => [path, name]));
      parts.push({ key, shape: type["~shape"], half, other, names });
    }
  return parts;
}

/** The object of signals that reads one direction of a module's ports: a body's argument, an instance's result. */
export function signalsOf(
  core: ModuleCore,
  direction: "in" | "out",
  find: (name: string) => Expression | undefined,
): Dynamic {
  const io: Record<string, Dynamic> = {};
  for (const { key, shape, half, names } of partsOf(core, direction)) {
    const signals = structure(shape, half, (leaf) => {
      const expression = find(names.get(leaf.path) ?? "");
      if (!expression) throw new RangeError(`${core.moduleName} has no port leaf ${key}${leaf.path}`);
      return leaf.shape.signal(expression);
    });
    if (signals !== undefined) io[key] = key in io ? { ...io[key], ...signals } : signals;
  }
  return io;
}

/** The expressions that a caller or a body gave for one direction of a module's ports, by port name. */
export function expressionsFor(
  callee: string,
  core: ModuleCore,
  direction: "in" | "out",
  given: unknown,
  what: string,
  place?: Site | null,
): Map<string, Expression> {
  const expressions = new Map<string, Expression>();
  const parts = partsOf(core, direction);
  for (const { key, shape, half, other, names } of parts) {
    const value = partOf(property(given, key), shape, half, other);
    for (const [path, expression] of expressionsOf(callee, `${what} ${key}`, shape, half, value, place)) {
      const name = names.get(path);
      if (name !== undefined) expressions.set(name, expression);
    }
  }
  for (const key of Object.keys(Object(given)))
    if (!parts.some((part) => part.key === key))
      fail(
        callee,
        `${what} ${key} does not exist in module ${core.moduleName}`,
        `use ${[...new Set(parts.map((part) => part.key))].join(", ") || "no key at all"}`,
        place,
      );
  return expressions;
}

/** Where one key names an input and an output, only the fields that belong to the port being read. */
function partOf(given: unknown, shape: Shape, half: Half, other: Shape | undefined): unknown {
  if (!other || shape.kind !== "bundle" || typeof given !== "object" || given === null) return given;
  const own = shape.fields.filter((field) => field.flipped === (half === "backward")).map((field) => field.name);
  return Object.fromEntries(Object.entries(given).filter(([name]) => own.includes(name)));
}
