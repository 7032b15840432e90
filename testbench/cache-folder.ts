import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CompileCache } from "../sim/index.ts";
import { writeFileAtomically } from "./atomic-file.ts";

/** Bytes that a folder may hold by default. */
const mostBytes = 2 ** 29;
/** Of the checksum that an entry begins with. */
const checksumBytes = 32;
/** Entries, and what a process that was killed left of one. Other files in the folder are not ours to touch. */
const ownName = /^(?:[0-9a-f]{64}\.entry|\.[0-9a-f]{64}\.[0-9a-f]+\.tmp)$/;

/** What a folder holds. */
export interface CacheUsage {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Compiled code in files of a folder, one an entry, which any number of processes share: files come into being whole.
 * An entry begins with a checksum of its key and its bytes; whatever does not fit it is as good as absent, and so is
 * what cannot be read. Where the folder grows too large, what was not used for longest goes.
 */
export class CacheFolder implements CompileCache {
  readonly #version: string;
  readonly #most: number;

  /** Entries are found again by the same `version` alone: that of the simulator that made them. */
  constructor(
    readonly path: string,
    version: string,
    most: number = mostBytes,
  ) {
    this.#version = version;
    this.#most = most;
  }

  /** Bytes that it may hold. */
  get most(): number {
    return this.#most;
  }

  get(key: string): Uint8Array<ArrayBuffer> | null {
    const file = this.#file(key);
    try {
      const entry = new Uint8Array(readFileSync(file));
      const bytes = entry.subarray(checksumBytes);
      if (!this.#checksum(key, bytes).equals(entry.subarray(0, checksumBytes))) return null;
      markUsed(file);
      return bytes;
    } catch {
      return null;
    }
  }

  put(key: string, bytes: Uint8Array): void {
    if (bytes.length + checksumBytes > this.#most) return;
    try {
      makeFolder(this.path);
      writeFileAtomically(this.#file(key), Buffer.concat([this.#checksum(key, bytes), bytes]));
      this.#evict();
    } catch {
      // A folder that cannot be written to keeps nothing.
    }
  }

  /** @throws an error of the file system for a folder that is there but cannot be read */
  usage(): CacheUsage {
    const files = this.#files();
    return { entries: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Removes all entries; what there was. */
  clear(): CacheUsage {
    const before = this.usage();
    for (const { file } of this.#files()) rmSync(file, { force: true });
    return before;
  }

  #evict(): void {
    const files = this.#files().sort((a, b) => a.used - b.used);
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const { file, bytes: own } of files) {
      if (bytes <= this.#most) return;
      rmSync(file, { force: true });
      bytes -= own;
    }
  }

  #files(): { readonly file: string; readonly bytes: number; readonly used: number }[] {
    if (!statSync(this.path, { throwIfNoEntry: false })) return [];
    return readdirSync(this.path).flatMap((name) => {
      if (!ownName.test(name)) return [];
      const file = join(this.path, name);
      // Another process may have removed it.
      const found = statSync(file, { throwIfNoEntry: false });
      return found ? [{ file, bytes: found.size, used: found.mtimeMs }] : [];
    });
  }

  #file(key: string): string {
    const name = createHash("sha256").update(`${this.#version} ${key}`).digest("hex");
    return join(this.path, `${name}.entry`);
  }

  #checksum(key: string, bytes: Uint8Array): Buffer {
    return createHash("sha256").update(`${this.#version} ${key}\n`).update(bytes).digest();
  }
}

/** Makes a folder with those above it. Node's own recursion does not end where a parent takes no folders, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been sooner.
    if (!existsSync(path)) throw error;
  }
}

function markUsed(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // One that cannot be marked, as on a read-only file system, can be used all the same.
  }
}
