/** A run that depends on a seed alone, which threads find again by the file that exports it. */
export interface SeedCase<T> {
  /** The file's `import.meta.url`. */
  readonly url: string;
  /** The name under which the file exports this, or the function that makes it from `input`. */
  readonly name: string;
  readonly input: unknown;
  readonly run: (seed: number) => T | Promise<T>;
}

/**
 * Makes a function of a seed runnable in threads. The file must export what this returns under `name`, and importing it
 * should do nothing else. Results are copied between threads: plain data.
 *
 *     export const soak = seedCase(import.meta.url, "soak", (seed) => {
 *       const dut = simulate(Fifo(UInt(8), 4), { seed });
 *       …
 *       return { cycles: dut.cycle };
 *     });
 */
export function seedCase<T>(url: string, name: string, run: (seed: number) => T | Promise<T>): SeedCase<T> {
  return { url, name, input: undefined, run };
}

/** Like `seedCase`, for a function of an input too, the same for all seeds and plain data: `soak({ depth: 4 })`. */
export function seedCases<I, T>(
  url: string,
  name: string,
  run: (seed: number, input: I) => T | Promise<T>,
): (input: I) => SeedCase<T> {
  return (input) => ({ url, name, input, run: (seed) => run(seed, input) });
}
