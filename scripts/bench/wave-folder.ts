import { accessSync, constants, statfsSync } from "node:fs";
import { freemem } from "node:os";

/** Where Linux keeps a file system in memory. */
const inMemory = "/dev/shm";
/** Bytes of waves that a simulator writes in a second, at most about. */
const rate = 2e9;

/** Runs that write waves are this much shorter than others. */
export const waveShare = 1 / 4;

/**
 * Where waves are written that are measured: in memory where there is room for so many seconds of them. A row of waves on
 * a disk would be the disk's, which is slower than the simulators.
 */
export function waveFolder(otherwise: string, seconds: number): string {
  try {
    accessSync(inMemory, constants.W_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    return Math.min(bavail * bsize, freemem()) >= rate * seconds ? inMemory : otherwise;
  } catch {
    return otherwise;
  }
}
