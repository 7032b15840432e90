import type { CompileCache } from "./compile-cache.ts";

/** Keeps everything in memory, and counts what was asked for in vain. */
export class Kept implements CompileCache {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  misses = 0;

  get(key: string): Uint8Array<ArrayBuffer> | null {
    const found = this.entries.get(key) ?? null;
    if (!found) this.misses++;
    return found;
  }

  put(key: string, bytes: Uint8Array): void {
    this.entries.set(key, bytes.slice());
  }
}
