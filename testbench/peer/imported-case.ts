import { isAbsolute, normalize } from "node:path";
import type { Verilog } from "../../hdl/index.ts";
import { type Port, topOf } from "../../hdl/netlist/index.ts";
import { type ImportedDesign, type ImportedDesignRequest, readImportedDesign } from "../imported/index.ts";
import { InputError } from "../input-error.ts";
import { gatherSources, parameterValue } from "../yosys/index.ts";
import type { ForeignVerilog } from "./foreign-verilog.ts";
import type { PeerCase } from "./peer-case.ts";
import { PlannedStimulus } from "./planned-stimulus.ts";
import { RandomStimulus } from "./random-stimulus.ts";

/** The module around the design that peers instantiate. */
const shell = "systole_shell";

/**
 * A design that others wrote as a case: its own Verilog in the peer, what the importer makes of it on our side. Resets
 * are asserted from power-on for some cycles and inputs held as asked; all others are random by seed. What neither side
 * defines (registers before they are first written, x in the text) is no difference: bits that the peer does not know
 * are left out.
 * @throws InputError for whatever is wrong with files and options, and for a clock that is used at both edges
 */
export async function importedCase(
  request: Omit<ImportedDesignRequest, "randomInputs">,
  seed: number,
): Promise<PeerCase> {
  const { files } = request.source;
  const json = files.find((file) => /\.json$/i.test(file));
  if (json !== undefined) throw new InputError(`${json}: give the Verilog itself, which the other simulator reads too`);
  const imported = await readImportedDesign({ ...request, randomInputs: true });
  const { design } = imported.netlist;
  return {
    name: topOf(design).name,
    design,
    texts: [shellOf(imported, request.source.parameters)],
    seed,
    clocks: imported.timing,
    stimulus: (layout) => new PlannedStimulus(layout, imported.stimulus, new RandomStimulus(design, layout, seed)),
    foreign: foreignVerilog(request),
  };
}

function foreignVerilog({ source }: Omit<ImportedDesignRequest, "randomInputs">): ForeignVerilog {
  const strings = Object.values(source.parameters).filter((value) => typeof value === "string");
  const { files, sources, includes, data } = gatherSources(source.files, source.includes, strings);
  for (const name of data.keys())
    if (isAbsolute(name) || normalize(name).startsWith(".."))
      throw new InputError(
        `${name}: the other simulator runs in a folder of its own; name the file by a path below it`,
      );
  return {
    files: new Map([...data, ...files]),
    sources,
    includes,
    // Yosys defines it, so that the other simulator must.
    defines: { SYNTHESIS: 1, ...source.defines },
    title: source.files.join(", "),
  };
}

/** A module with plain port names around the top, which sets the top's parameters. */
function shellOf({ netlist }: ImportedDesign, parameters: Readonly<Record<string, number | string>>): Verilog {
  const top = topOf(netlist.design);
  const ports = [
    ...netlist.clocks.map(({ port, rising, falling }): ShellPort => {
      if (rising !== null && falling !== null)
        throw new InputError(`${port}: it clocks registers at both edges, which cannot be compared`);
      const domain = top.domains.findIndex(({ name }) => name === (rising ?? falling));
      const role = { kind: "clock", domain } as const;
      return { name: port, direction: "in", width: 1, role };
    }),
    ...top.ports.map(
      ({ name, direction, width }: Port, port): ShellPort => ({ name, direction, width, role: { kind: "port", port } }),
    ),
  ].map((port, i) => ({ ...port, identifier: `pin${i}` }));
  const declarations = ports.map(
    ({ direction, width, identifier }) => `  ${direction}put wire [${width - 1}:0] ${identifier}`,
  );
  const connections = ports.map(({ name, identifier }) => `    .${escaped(name)}(${identifier})`);
  const values = Object.entries(parameters).map(([name, value]) => `.${escaped(name)}(${valueText(value)})`);
  const text = [
    `module ${shell}(`,
    declarations.join(",\n"),
    ");",
    `  ${escaped(top.name)}${values.length > 0 ? ` #(${values.join(", ")})` : ""} dut(`,
    connections.join(",\n"),
    "  );",
    "endmodule",
    "",
  ].join("\n");
  return { top: shell, ports, modules: [{ name: shell, text }] };
}

type ShellPort = Omit<Verilog["ports"][number], "identifier"> & { readonly name: string };

function escaped(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\\${name} `;
}

function valueText(value: number | string): string {
  if (typeof value === "number") return parameterValue(value);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
