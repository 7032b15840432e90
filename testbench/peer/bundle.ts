import { verilogText } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import type { ForeignVerilog } from "./foreign-verilog.ts";
import type { PeerCase } from "./peer-case.ts";
import { type Field, type PinLayout, pinLayout } from "./pin-layout.ts";

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

/** A port of a bundle's top other than its clocks; `field` lies among the bundle's input or output words. */
export interface BundlePin {
  readonly identifier: string;
  readonly direction: "in" | "out";
  readonly field: Field;
}

/** Many designs side by side under one top, which a peer simulates in one process. */
export interface Bundle {
  /** All modules, and the top `systole_peers` that has an instance of each design, with the pins and `clocks`. */
  readonly text: string;
  readonly placed: readonly PlacedCase[];
  readonly pins: readonly BundlePin[];
  readonly inputWords: number;
  /** The width of `clocks`, more than 64 bits. */
  readonly clockWords: number;
  readonly outputWords: number;
  readonly foreign: ForeignVerilog | null;
}

export const bundleTop = "systole_peers";

/** Time unit of peers: a tenth of the tick that waves of this package are drawn in. */
export const peerTimescale = "100ps/100ps";

export function bundle(cases: readonly PeerCase[]): Bundle {
  const foreign = cases.find((one) => one.foreign)?.foreign ?? null;
  if (foreign && cases.length > 1) throw new RangeError(`${foreign.title} is not alone in its bundle`);
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
  // Vectors of more than 64 bits alone are arrays of words in Verilator.
  const clockWords = Math.max(3, Math.ceil(clocks / 32));
  const pins = placed.flatMap(pinsOf);
  const ports = pins.map(
    ({ identifier, direction, field }) => `  ${direction}put wire [${field.width - 1}:0] ${identifier}`,
  );
  const text = [
    // Directives of what was compiled before would go on.
    ...(foreign ? ["`resetall"] : []),
    `\`timescale ${peerTimescale}`,
    ...cases.flatMap(({ texts }) => texts.map(verilogText)),
    `module ${bundleTop}(`,
    [...ports, `  input wire [${32 * clockWords - 1}:0] clocks`].join(",\n"),
    ");",
    ...placed.flatMap((one, c) => one.case.texts.map((_, t) => instance(one, c, t))),
    "endmodule",
    "",
  ].join("\n");
  return { text, placed, pins, inputWords: inputs, clockWords, outputWords: outputs, foreign };
}

const inputName = (c: number, port: number | "resets") => `in_${c}_${port}`;
const outputName = (c: number, text: number, port: number) => `out_${c}_${text}_${port}`;

/** Every input of a case once, its resets as bits of one word, and every output of every text. */
function pinsOf({ case: one, layout, inputs, outputs }: PlacedCase, c: number): BundlePin[] {
  const pin = (identifier: string, direction: "in" | "out", field: Field, base: number): BundlePin => ({
    identifier,
    direction,
    field: { ...field, first: base + field.first },
  });
  const resets: Field = { name: "resets", width: 32, words: 1, first: layout.resets };
  return [
    ...[...layout.inputs].map(([port, field]) => pin(inputName(c, port), "in", field, inputs)),
    pin(inputName(c, "resets"), "in", resets, inputs),
    ...one.texts.flatMap((_, t) =>
      [...layout.outputs].map(([port, field]) => pin(outputName(c, t, port), "out", field, outputs[t] ?? 0)),
    ),
  ];
}

function instance({ case: one, layout, clocks }: PlacedCase, c: number, t: number): string {
  const text = one.texts[t];
  const { domains } = topOf(one.design);
  const connections = text?.ports.map(({ identifier, role }): string => {
    if (role.kind === "clock") return `.${identifier}(clocks[${clocks[role.domain]}])`;
    if (role.kind === "reset") {
      const low = domains[role.domain]?.polarity === "low";
      return `.${identifier}(${low ? "~" : ""}${inputName(c, "resets")}[${role.domain}])`;
    }
    const isInput = layout.inputs.has(role.port);
    return `.${identifier}(${isInput ? inputName(c, role.port) : outputName(c, t, role.port)})`;
  });
  return `  ${text?.top} peer_${c}_${t} (${connections?.join(", ")});`;
}
