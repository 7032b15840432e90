import { type Design, flatten, hierarchy, joinPath, type Memory, type Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import type { EngineFace } from "../../sim/index.ts";
import type { TraceScope, TraceSignal } from "../../waves/index.ts";
import { wordCount } from "../../waves/trace.ts";

/** Words of memories beside a design's signals: so many at most can be recorded. */
const mostMemoryWords = 65_536;

/** A memory's word among recorded signals; unlike a signal it has to be fetched before each sample. */
export interface MemoryWord extends TraceSignal {
  fetch(): void;
}

/**
 * A design's signals as waves see them: a scope for each instance, a signal for each name, and a word for each address
 * of a memory where asked for. Views into the engine are only made for signals that are looked at.
 */
export function traceTree(design: Design, engine: EngineFace, memories: boolean): TraceScope {
  const { names: nets } = flatten(design);
  const build = (scope: Scope): TraceScope => ({
    name: scope.name,
    signals: [
      ...scope.module.names.map(({ name, node, kind, format }): TraceSignal => {
        const path = joinPath(scope.path, name);
        let words: Uint32Array | null = null;
        return {
          name,
          width: scope.module.nodes[node]?.width ?? 1,
          format,
          kind: kind === "reg" ? "reg" : "wire",
          net: String(nets.get(path) ?? path),
          get words() {
            words ??= engine.signal(path);
            return words;
          },
        };
      }),
      ...(memories ? scope.module.memories.flatMap((memory) => memoryWords(engine, scope.path, memory)) : []),
    ],
    children: scope.children.map(build),
  });
  return build(hierarchy(design));
}

/** All signals of the selected scopes. */
export function* signalsOf(scopes: readonly TraceScope[]): Generator<TraceSignal> {
  for (const scope of scopes) {
    yield* scope.signals;
    yield* signalsOf(scope.children);
  }
}

/** Whether a signal is a memory's word, which must be fetched. */
export function isMemoryWord(signal: TraceSignal): signal is MemoryWord {
  return "fetch" in signal;
}

function memoryWords(engine: EngineFace, scope: string, { name, width, depth, format }: Memory): MemoryWord[] {
  const path = joinPath(scope, name);
  if (depth > mostMemoryWords)
    throw new SimulationError(
      `${path} has ${depth} words, of which at most ${mostMemoryWords} can be recorded; leave memories out`,
    );
  return Array.from({ length: depth }, (_, address) => {
    const words = new Uint32Array(wordCount(width));
    const fetch = () => {
      let rest = engine.peekMemory(path, address);
      for (let i = 0; i < words.length; i++, rest >>= 32n) words[i] = Number(rest & 0xffffffffn);
    };
    return { name: `${name}[${address}]`, width, format, kind: "reg", words, net: `${path}[${address}]`, fetch };
  });
}
