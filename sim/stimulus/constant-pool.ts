import type { Code } from "../wasm/code.ts";
import { SimdAccess } from "../wasm/simd.ts";
import type { Element } from "./shape.ts";

const mostConstants = 4096;

/** Bytes that the pool takes in linear memory. */
export const poolBytes = 16 * mostConstants;

/**
 * Vectors with the same number in every lane, in linear memory: loading one is a single instruction of the machine,
 * building it takes four.
 */
export class ConstantPool {
  readonly #vectors: Uint8Array[] = [];
  readonly #indices = new Map<string, number>();

  constructor(private readonly address: number) {}

  /** Pushes a vector with the low bits of a number in every element. */
  push(code: Code, element: Element, value: bigint): void {
    const key = repeated32(element, value).toString(16);
    const known = this.#indices.get(key);
    const index = known ?? this.#vectors.length;
    const bytes = this.#vectors[index] ?? bytesOf(element, value);
    // Zeros and ones need no memory.
    if (index >= mostConstants || key === "0" || key === "ffffffff") {
      code.v128(bytes);
      return;
    }
    if (known === undefined) {
      this.#indices.set(key, index);
      this.#vectors.push(bytes);
    }
    code.i32(0);
    code.simdAccess(SimdAccess.load128, this.address + 16 * index);
  }

  write(memory: ArrayBuffer): void {
    this.#vectors.forEach((bytes, index) => {
      new Uint8Array(memory, this.address + 16 * index, 16).set(bytes);
    });
  }
}

function repeated32(element: Element, value: bigint): bigint {
  const low = BigInt.asUintN(element, value);
  if (element === 32) return low;
  return element === 16 ? low * 0x10001n : low * 0x1010101n;
}

function bytesOf(element: Element, value: bigint): Uint8Array {
  const word = repeated32(element, value);
  return Uint8Array.from({ length: 16 }, (_, i) => Number(BigInt.asUintN(8, word >> BigInt(8 * (i % 4)))));
}
