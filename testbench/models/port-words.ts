import type { Engine } from "../../sim/index.ts";

/** A port's bits as the number that they are, of up to 53 bits in one or two words. */
export function numberOf(words: Uint32Array): number {
  return (words[0] ?? 0) + (words[1] ?? 0) * 2 ** 32;
}

/** The words of an AXI address channel and its handshake, as a subordinate has them. */
export interface AddressWords {
  readonly valid: Uint32Array;
  readonly ready: Uint32Array;
  readonly id: Uint32Array;
  readonly addr: Uint32Array;
  readonly len: Uint32Array;
}

/** @throws SimulationError for a path that is none */
export function addressWords(engine: Engine, path: string): AddressWords {
  return {
    valid: engine.signal(`${path}.valid`),
    ready: engine.input(`${path}.ready`),
    id: engine.signal(`${path}.bits.id`),
    addr: engine.signal(`${path}.bits.addr`),
    len: engine.signal(`${path}.bits.len`),
  };
}
