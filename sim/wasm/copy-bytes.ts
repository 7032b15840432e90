import type { Code } from "./code.ts";
import { Access } from "./opcodes.ts";

/** Copies bytes, a multiple of four, from one fixed address to another. A few are copied one by one: calling out for them takes longer. */
export function copyBytes(code: Code, to: number, from: number, bytes: number): void {
  if (bytes === 0) return;
  if (bytes <= 128) {
    const words = bytes - (bytes % 8);
    for (let at = 0; at < words; at += 8)
      code.storeAt(Access.store64, to + at, () => code.loadFrom(Access.load64, from + at));
    if (words < bytes) code.storeAt(Access.store32, to + words, () => code.loadFrom(Access.load32, from + words));
    return;
  }
  code.i32(to);
  code.i32(from);
  code.i32(bytes);
  code.memoryCopy();
}
