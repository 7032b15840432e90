import { type Verilog, verilogText } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import type { PeerCase } from "./peer-case.ts";
import { type PinLayout, pinLayout } from "./pin-layout.ts";

/** Where a case's pins lie in those of its bundle, in words; its clocks in bits. */
export interface PlacedCase {
  readonly case: PeerCase;
  readonly layout: PinLayout;
  readonly inputs: number;
  /** By text: where its outputs begin. */
  readonly outputs: readonly number[];
  /** By domain of the top: the bit of its clock. */
  readonly clocks: readonly number[];
}

/** Many designs side by side under one top, which a peer simulates in one process. */
export interface Bundle {
  /** All modules, and the top `systole_peers(in, clocks, out)` that has an instance of each design. */
  readonly text: string;
  readonly placed: readonly PlacedCase[];
  readonly inputWords: number;
  readonly clockWords: number;
  readonly outputWords: number;
}

export const bundleTop = "systole_peers";

/** Vectors of more than 64 bits alone are arrays of words in Verilator. */
const fewestWords = 3;

/** Time unit of peers: a hundredth of the tick that waves of this package are drawn in. */
export const peerTimescale = "100ps/100ps";

export function bundle(cases: readonly PeerCase[]): Bundle {
  let [inputs, outputs, clocks] = [0, 0, 0];
  const shared = new Map<string, number>();
  const placed = cases.map((one): PlacedCase => {
    const layout = pinLayout(one.design);
    const { domains } = topOf(one.design);
    const own = domains.map(({ edge }) => {
      // Lone clocks rise and fall together whatever their period is, and one signal is cheaper than many.
      const known = domains.length === 1 ? shared.get(edge) : undefined;
      if (known !== undefined) return known;
      if (domains.length === 1) shared.set(edge, clocks);
      return clocks++;
    });
    const first = { inputs, outputs: one.texts.map((_, i) => outputs + i * layout.outputWords) };
    inputs += layout.inputWords;
    outputs += one.texts.length * layout.outputWords;
    return { case: one, layout, ...first, clocks: own };
  });
  const words = {
    inputWords: Math.max(fewestWords, inputs),
    clockWords: Math.max(fewestWords, Math.ceil(clocks / 32)),
    outputWords: Math.max(fewestWords, outputs),
  };
  const instances = placed.flatMap((one, c) =>
    one.case.texts.map((text, t) => instance(one, text, t, `peer_${c}_${t}`)),
  );
  const used = outputs * 32;
  const rest = words.outputWords * 32 - used;
  const text = [
    `\`timescale ${peerTimescale}`,
    ...cases.flatMap(({ texts }) => texts.map(verilogText)),
    `module ${bundleTop}(`,
    `  input wire [${words.inputWords * 32 - 1}:0] in,`,
    `  input wire [${words.clockWords * 32 - 1}:0] clocks,`,
    `  output wire [${words.outputWords * 32 - 1}:0] out`,
    ");",
    ...instances,
    ...(rest > 0 ? [`  assign out[${used} +: ${rest}] = ${rest}'d0;`] : []),
    "endmodule",
    "",
  ].join("\n");
  return { text, placed, ...words };
}

function instance({ case: one, layout, inputs, outputs, clocks }: PlacedCase, text: Verilog, t: number, name: string) {
  const { domains } = topOf(one.design);
  const padding: string[] = [];
  const connections = text.ports.map(({ identifier, role, width }) => {
    switch (role.kind) {
      case "clock":
        return `.${identifier}(clocks[${clocks[role.domain]}])`;
      case "reset": {
        const low = domains[role.domain]?.polarity === "low";
        return `.${identifier}(${low ? "~" : ""}in[${(inputs + layout.resets) * 32 + role.domain}])`;
      }
      case "port": {
        const input = layout.inputs.get(role.port);
        if (input) return `.${identifier}(in[${(inputs + input.first) * 32} +: ${width}])`;
        const output = layout.outputs.get(role.port);
        if (!output) throw new RangeError(`${text.top}: the port ${identifier} is none of ${one.name}`);
        const low = ((outputs[t] ?? 0) + output.first) * 32;
        const rest = output.words * 32 - width;
        if (rest > 0) padding.push(`  assign out[${low + width} +: ${rest}] = ${rest}'d0;`);
        return `.${identifier}(out[${low} +: ${width}])`;
      }
    }
  });
  return [`  ${text.top} ${name} (${connections.join(", ")});`, ...padding].join("\n");
}
