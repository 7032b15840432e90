import type { Testbench } from "../testbench.ts";

/** By name; what one testbench uses is not loaded for another. */
const loaders: Readonly<Record<string, () => Promise<Testbench>>> = {
  matmul: async () => (await import("./matmul.ts")).matmul,
  digits: async () => (await import("./digits/testbench.ts")).digits,
  "npu-matmul": async () => (await import("./npu-matmul/testbench.ts")).npuMatmul,
  dma: async () => (await import("./dma/testbench.ts")).dma,
  noc: async () => (await import("./noc/testbench.ts")).noc,
  vector: async () => (await import("./vector/testbench.ts")).vector,
};

/** Of all testbenches that the command line knows. */
export const testbenchNames: readonly string[] = Object.keys(loaders);

/** The testbench of a name; null where there is none. */
export async function loadTestbench(name: string): Promise<Testbench | null> {
  return Object.hasOwn(loaders, name) ? ((await loaders[name]?.()) ?? null) : null;
}

/** All testbenches. */
export function loadTestbenches(): Promise<readonly Testbench[]> {
  return Promise.all(Object.values(loaders).map((load) => load()));
}
