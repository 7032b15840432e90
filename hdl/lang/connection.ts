import { expressionsOf, structure } from "./aggregate.ts";
import { fail } from "./builder.ts";
import type { ModuleCore } from "./core.ts";
import type { Expression } from "./expression.ts";
import type { Site } from "./site.ts";
import { property, type Shape } from "./type.ts";
import type { Dynamic } from "./width.ts";

/** The object of signals that reads one direction of a module's ports: a body's argument, an instance's result. */
export function signalsOf(
  core: ModuleCore,
  direction: "in" | "out",
  find: (name: string) => Expression | undefined,
): Dynamic {
  const io: Record<string, Dynamic> = {};
  for (const [side, ports] of [["in", core.inputs] as const, ["out", core.outputs] as const])
    for (const [key, type] of Object.entries(ports)) {
      const half = side === direction ? "forward" : "backward";
      const names = namesOf(core, side, key);
      const signals = structure(type["~shape"], half, (leaf) => {
        const expression = find(names.get(leaf.path) ?? "");
        if (!expression) throw new RangeError(`${core.moduleName} has no port leaf ${key}${leaf.path}`);
        return leaf.shape.signal(expression);
      });
      if (signals !== undefined) io[key] = key in io ? { ...io[key], ...signals } : signals;
    }
  return io;
}

const portNames = new WeakMap<ModuleCore, Map<string, ReadonlyMap<string, string>>>();

/** The netlist's names of one port's leaves, by path below the port. */
function namesOf(core: ModuleCore, side: "in" | "out", key: string): ReadonlyMap<string, string> {
  let ports = portNames.get(core);
  if (!ports) {
    const grouped = new Map<string, Map<string, string>>();
    for (const leaf of core.leaves) {
      const port = `${leaf.side} ${leaf.key}`;
      const names = grouped.get(port) ?? new Map<string, string>();
      grouped.set(port, names.set(leaf.path, leaf.name));
    }
    ports = grouped;
    portNames.set(core, ports);
  }
  return ports.get(`${side} ${key}`) ?? new Map();
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
  const known = new Set<string>();
  const sides = [["in", core.inputs, core.outputs] as const, ["out", core.outputs, core.inputs] as const];
  for (const [side, ports, others] of sides)
    for (const [key, type] of Object.entries(ports)) {
      const half = side === direction ? "forward" : "backward";
      const leaves = core.leaves.filter((leaf) => leaf.side === side && leaf.key === key && leaf.half === half);
      if (leaves.length === 0) continue;
      known.add(key);
      const other = Object.hasOwn(others, key) ? others[key]?.["~shape"] : undefined;
      const value = partOf(property(given, key), type["~shape"], half, other);
      const parts = expressionsOf(callee, `${what} ${key}`, type["~shape"], half, value, place);
      for (const leaf of leaves) {
        const expression = parts.get(leaf.path);
        if (expression) expressions.set(leaf.name, expression);
      }
    }
  for (const key of Object.keys(Object(given)))
    if (!known.has(key))
      fail(
        callee,
        `${what} ${key} does not exist in module ${core.moduleName}`,
        `use ${[...known].join(", ") || "no key at all"}`,
        place,
      );
  return expressions;
}

/** Where one key names an input and an output, only the fields that belong to the port being read. */
function partOf(given: unknown, shape: Shape, half: "forward" | "backward", other: Shape | undefined): unknown {
  if (!other || shape.kind !== "bundle" || typeof given !== "object" || given === null) return given;
  const own = shape.fields.filter((field) => field.flipped === (half === "backward")).map((field) => field.name);
  return Object.fromEntries(Object.entries(given).filter(([name]) => own.includes(name)));
}
