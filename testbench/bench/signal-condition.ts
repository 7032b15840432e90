import type { Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import type { EngineFace } from "../../sim/index.ts";
import { InputError } from "../input-error.ts";
import { parseBits } from "./bits-text.ts";
import { findSignal } from "./signal-lookup.ts";

/** `signal[=value]`: a signal that has a value, any but 0 where none is given. */
export interface SignalCondition {
  readonly signal: string;
  readonly width: number;
  readonly value: bigint | null;
}

/**
 * The condition that an option gives.
 * @throws InputError, with the option, for a signal that is none or a value that does not fit it
 */
export function parseCondition(option: string, text: string, top: Scope): SignalCondition {
  const [, signal = text, value] = text.match(/^(.*?)(?:=([^=]*))?$/s) ?? [];
  try {
    const { width } = findSignal(top, signal);
    return { signal, width, value: value === undefined ? null : parseBits(`${option} ${signal}`, value, width) };
  } catch (error) {
    if (error instanceof SimulationError) throw new InputError(`${option} ${text}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether the condition holds in a design that has settled. */
export function conditionTest(engine: EngineFace, { signal, width, value }: SignalCondition): () => boolean {
  engine.settle();
  const words = engine.signal(signal);
  if (value === null) return () => words.some((word) => word !== 0);
  const wanted = Uint32Array.from({ length: Math.ceil(width / 32) }, (_, i) =>
    Number((value >> BigInt(32 * i)) & 0xffffffffn),
  );
  return () => wanted.every((word, i) => words[i] === word);
}
