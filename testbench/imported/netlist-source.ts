import { createReadStream, statSync } from "node:fs";
import type { YosysImport } from "../../hdl/index.ts";
import { DesignError } from "../../hdl/netlist/index.ts";
import { fromYosys } from "../../hdl/yosys/index.ts";
import { explain } from "../atomic-file.ts";
import { InputError } from "../input-error.ts";
import { installedYosysVersion, readVerilog, type YosysChoice } from "../yosys/index.ts";

/** Where an imported design comes from. */
export interface NetlistSource {
  /** Verilog and SystemVerilog files, or one file of Yosys JSON. */
  readonly files: readonly string[];
  readonly top: string | null;
  /** The clock port of the implicit domain; null leaves it to the importer. */
  readonly clock: string | null;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly defines: Readonly<Record<string, string | number>>;
  readonly includes: readonly string[];
  readonly keepHierarchy: boolean;
  readonly yosys: YosysChoice;
}

export interface ImportedNetlist extends YosysImport {
  /** Which Yosys read the Verilog, such as `0.23, installed`; null for JSON. */
  readonly yosys: string | null;
  /** What Yosys warned of, without repetition. */
  readonly yosysWarnings: readonly string[];
  readonly milliseconds: { readonly yosys: number; readonly import: number };
}

/**
 * Reads a design: Verilog through Yosys, Yosys JSON as it is.
 * @throws InputError for files that cannot be read, what Yosys rejects, and what the importer rejects
 */
export async function readNetlist(source: NetlistSource): Promise<ImportedNetlist> {
  const { files, top, clock } = source;
  const json = onlyJson(source);
  const start = performance.now();
  const read = json === null ? await readWithYosys(source) : null;
  const afterYosys = performance.now();
  try {
    const options = { ...(top === null ? {} : { top }), ...(clock === null ? {} : { clock }) };
    const imported = await fromYosys(read?.json ?? bytesOf(json ?? ""), options);
    return {
      ...imported,
      yosys: read?.version ?? null,
      yosysWarnings: read?.warnings ?? [],
      milliseconds: { yosys: afterYosys - start, import: performance.now() - afterYosys },
    };
  } catch (error) {
    if (error instanceof DesignError) throw new InputError(`${files.join(", ")}: ${error.message}`, { cause: error });
    if (error instanceof Error && "syscall" in error)
      throw new InputError(`${json}: cannot read: ${explain(error)}`, { cause: error });
    throw error;
  }
}

/** The JSON file where that is what is given; null for Verilog. */
function onlyJson({ files, top, parameters, defines, includes }: NetlistSource): string | null {
  for (const file of files) {
    if (!/\.(s?vh?|json)$/i.test(file))
      throw new InputError(`${file}: give Verilog (.v, .sv) or the JSON that Yosys wrote (.json)`);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw new InputError(`${file}: ${stat ? "not a file" : "no such file"}; check the path`);
  }
  const json = files.find((file) => /\.json$/i.test(file));
  if (json === undefined) {
    if (top === null && Object.keys(parameters).length > 0)
      throw new InputError("--param needs --top: say which module's parameters these are");
    return null;
  }
  if (files.length > 1) throw new InputError(`${json}: give one JSON file alone, or Verilog files`);
  const given = [
    ...(Object.keys(parameters).length > 0 ? ["--param"] : []),
    ...(Object.keys(defines).length > 0 ? ["--define"] : []),
    ...(includes.length > 0 ? ["--include"] : []),
  ];
  if (given.length > 0)
    throw new InputError(`${given[0]}: ${json} is elaborated already; give it to Yosys, or the Verilog`);
  return json;
}

function bytesOf(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 1 << 20 });
}

async function readWithYosys({ files, top, yosys, ...options }: NetlistSource) {
  const { parameters, defines, includes, keepHierarchy } = options;
  const chosen = { parameters, defines, includes, keepHierarchy, yosys, ...(top === null ? {} : { top }) };
  const { json, log } = await readVerilog({ files, ...chosen });
  const [, version = ""] = log.match(/Yosys (\d[^\s(]*)/) ?? [];
  const origin = yosys === "npm" || installedYosysVersion() === null ? "npm" : "installed";
  const warnings = log.split("\n").flatMap((line) => line.match(/^.*\bWarning: .*$/)?.[0].trim() ?? []);
  return { json, version: `${version} ${origin}`.trim(), warnings: [...new Set(warnings)] };
}
