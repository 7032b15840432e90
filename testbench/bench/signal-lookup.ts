import { closest } from "fastest-levenshtein";
import type { Format, Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";

export interface FoundSignal {
  readonly width: number;
  readonly format: Format;
}

/**
 * Width and format of a signal by its path below the top (`count`, `array.pe[2][3].held`).
 * @throws SimulationError for a path that is none, with the nearest name in the scope where it goes wrong
 */
export function findSignal(top: Scope, path: string): FoundSignal {
  const scope = scopeOf(top, path);
  const rest = below(scope, path);
  const { names, nodes, memories } = scope.module;
  const name = names.find((candidate) => candidate.name === rest);
  const node = name && nodes[name.node];
  if (name && node) return { width: node.width, format: name.format };
  const memory = memories.find((candidate) => candidate.name === rest);
  if (memory) throw new SimulationError(`${path} is a memory; read one of its words with peekMemory`);
  const known = [...names.map((one) => one.name), ...scope.children.map((child) => child.name)];
  throw unknown("signal", path, scope, known);
}

/**
 * Width and format of a memory's words by the memory's path.
 * @throws SimulationError for a path that is none, with the nearest memory's name
 */
export function findMemory(top: Scope, path: string): FoundSignal {
  const scope = scopeOf(top, path);
  const { memories } = scope.module;
  const memory = memories.find((candidate) => candidate.name === below(scope, path));
  if (memory) return { width: memory.width, format: memory.format };
  throw unknown(
    "memory",
    path,
    scope,
    memories.map((one) => one.name),
  );
}

/** The deepest scope whose path leads to `path`. */
function scopeOf(scope: Scope, path: string): Scope {
  const child = scope.children.find((candidate) => path.startsWith(`${candidate.path}.`));
  return child ? scopeOf(child, path) : scope;
}

function below(scope: Scope, path: string): string {
  return scope.path === "" ? path : path.slice(scope.path.length + 1);
}

function unknown(kind: string, path: string, scope: Scope, names: readonly string[]): SimulationError {
  const where = scope.path === "" ? scope.module.name : scope.path;
  if (names.length === 0) return new SimulationError(`there is no ${kind} ${path}; ${where} has none`);
  const nearest = closest(below(scope, path), [...names]);
  const full = scope.path === "" ? nearest : `${scope.path}.${nearest}`;
  return new SimulationError(`there is no ${kind} ${path}; did you mean ${full}?`);
}
