import type { Scope } from "../../hdl/netlist/index.ts";
import { type Engine, SimulationError } from "../../sim/index.ts";
import { findSignal } from "../bench/signal-lookup.ts";
import { InputError } from "../input-error.ts";
import { parseBits } from "./bits-text.ts";

/** `--until signal[=value]`: a signal that ends a run when it has a value, any but 0 where none is given. */
export interface StopCondition {
  readonly signal: string;
  readonly width: number;
  readonly value: bigint | null;
}

/** @throws InputError for a signal that is none or a value that does not fit it */
export function parseStop(text: string, top: Scope): StopCondition {
  const [, signal = text, value] = text.match(/^(.*?)(?:=([^=]*))?$/s) ?? [];
  try {
    const { width } = findSignal(top, signal);
    return { signal, width, value: value === undefined ? null : parseBits(`--until ${signal}`, value, width) };
  } catch (error) {
    if (error instanceof SimulationError) throw new InputError(`--until ${text}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether the condition holds in a design that has settled. */
export function stopTest(engine: Engine, { signal, width, value }: StopCondition): () => boolean {
  engine.settle();
  const words = engine.signal(signal);
  if (value === null) return () => words.some((word) => word !== 0);
  const wanted = Uint32Array.from({ length: Math.ceil(width / 32) }, (_, i) =>
    Number((value >> BigInt(32 * i)) & 0xffffffffn),
  );
  return () => wanted.every((word, i) => words[i] === word);
}
