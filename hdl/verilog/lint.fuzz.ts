import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waiverOptions } from "./lint-waivers.ts";

type Tool = "verilator" | "iverilog" | "yosys";

const tools: Readonly<Record<Tool, { readonly version: string; arguments(file: string): string[] }>> = {
  // Several designs in one text: all of them are tops.
  verilator: {
    version: "--version",
    arguments: (file) => ["--lint-only", "-Wall", "-Wno-MULTITOP", ...waiverOptions, file],
  },
  iverilog: { version: "-V", arguments: (file) => ["-g2005", "-Wall", "-t", "null", file] },
  yosys: {
    version: "-V",
    arguments: (file) => ["-q", "-p", `read_verilog ${file}; hierarchy -check; proc; check -assert`],
  },
};

/** Whether the tool can be skipped: it is not installed, and this is no continuous integration. */
export function lacks(tool: Tool): boolean {
  try {
    execFileSync(tool, [tools[tool].version], { stdio: "ignore" });
    return false;
  } catch {
    if (process.env.CI === "true") throw new Error(`${tool} is not installed; continuous integration needs it`);
    return true;
  }
}

/** What the tool says of a text; nothing for one that is clean. */
export function lint(tool: Tool, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "systole-lint-"));
  try {
    const file = join(folder, "design.v");
    writeFileSync(file, text);
    return run(tool, tools[tool].arguments(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(tool: Tool, options: readonly string[]): string {
  try {
    return execFileSync("sh", ["-c", '"$0" "$@" 2>&1', tool, ...options], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    }).trim();
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    return output.trim() || `${tool} failed without a word`;
  }
}
