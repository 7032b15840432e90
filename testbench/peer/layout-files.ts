import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Bundle } from "./bundle.ts";

/** What a peer is to compile, in the folder that it is run in. */
export interface LaidOut {
  readonly sources: readonly string[];
  /** Macros and folders of included files, in the form that all peers take. */
  readonly flags: readonly string[];
  readonly systemVerilog: boolean;
}

const bundleFile = "systole_peers.v";

/** Writes a bundle's text, and the Verilog of others that it builds on, into a folder. */
export function layOut({ text, foreign }: Bundle, folder: string): LaidOut {
  for (const [name, bytes] of foreign?.files ?? []) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, bundleFile), text);
  const { sources = [], includes = [], defines = {} } = foreign ?? {};
  return {
    sources: [...sources, bundleFile],
    flags: [
      ...includes.map((path) => `-I${path}`),
      ...Object.entries(defines).map(([name, value]) => `-D${name}=${value}`),
    ],
    systemVerilog: sources.some((path) => /\.svh?$/i.test(path)),
  };
}
