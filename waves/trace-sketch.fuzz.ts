import type { TraceFormat, TraceScope, TraceSignal } from "./trace.ts";
import { wordCount } from "./trace.ts";

/** A signal of its own words, for tests and examples; `set` writes them. */
export interface SketchedSignal extends TraceSignal {
  set(value: bigint | number): void;
}

export interface SketchOptions {
  readonly format?: TraceFormat;
  readonly kind?: TraceSignal["kind"];
  readonly words?: Uint32Array;
}

/** A signal whose value starts at 0; one bit is shown as bool, more as uint, unless said otherwise. */
export function sketchSignal(name: string, width: number, options: SketchOptions = {}): SketchedSignal {
  const words = options.words ?? new Uint32Array(wordCount(width));
  return {
    name,
    width,
    format: options.format ?? { kind: width === 1 ? "bool" : "uint" },
    kind: options.kind ?? "wire",
    words,
    set(value) {
      let rest = BigInt.asUintN(width, BigInt(value));
      for (let i = 0; i < words.length; i++) {
        words[i] = Number(rest & 0xffffffffn);
        rest >>= 32n;
      }
    },
  };
}

/** A scope of these signals and children. */
export function sketchScope(name: string, signals: readonly TraceSignal[], children: readonly TraceScope[] = []) {
  return { name, signals, children } satisfies TraceScope;
}
