import { accessSync, constants, statfsSync } from "node:fs";

/** Where Linux keeps a file system in memory. */
const inMemory = "/dev/shm";
/** What the waves of one row take at most, about. */
const needed = 4 * 2 ** 30;

/**
 * Where waves are written that are measured: in memory where there is room. Simulators write some GB of them a second, so
 * that a row of waves on a disk is the disk's.
 */
export function waveFolder(otherwise: string): string {
  try {
    accessSync(inMemory, constants.W_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= needed ? inMemory : otherwise;
  } catch {
    return otherwise;
  }
}
