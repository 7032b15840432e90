/** A Verilog module to be compared, with inputs `i` and outputs `o`, beside the clocks `clk` and `clk2`. */
export interface VerilogCase {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** The module's items: declarations and statements on `clk`, `clk2`, `i` and `o`. */
  readonly body: string;
}

/** Numbers by seed (mulberry32). */
export class CaseRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return least + (((t ^ (t >>> 14)) >>> 0) % (most - least + 1));
  }

  flag(): boolean {
    return this.whole(0, 1) === 1;
  }

  /** `width` binary digits, of which some are x where `undefinedToo`. */
  digits(width: number, undefinedToo = false): string {
    return Array.from({ length: width }, () => (undefinedToo && this.whole(0, 9) === 0 ? "x" : this.whole(0, 1))).join(
      "",
    );
  }

  /** A Verilog constant of `width` random bits. */
  constant(width: number, undefinedToo = false): string {
    return `${width}'b${this.digits(width, undefinedToo)}`;
  }
}

/** What an input pin is connected to: bits of `i`, a clock, or an expression of bits of `i` (`$`). */
export type CaseInput = number | "clk" | "clk2" | { readonly width: number; readonly expression: string };

/** A module that holds one cell of Yosys' own library, its pins at the slices of `i` and `o` in the order given. */
export function cellCase(
  name: string,
  type: string,
  parameters: Readonly<Record<string, string | number>>,
  inputs: Readonly<Record<string, CaseInput>>,
  outputs: Readonly<Record<string, number>>,
): VerilogCase {
  const pins: string[] = [];
  let inputWidth = 0;
  for (const [pin, width] of Object.entries(inputs)) {
    if (typeof width === "string") pins.push(`.${pin}(${width})`);
    else if (typeof width === "object") {
      pins.push(`.${pin}(${width.expression.replaceAll("$", `i[${inputWidth} +: ${width.width}]`)})`);
      inputWidth += width.width;
    } else {
      pins.push(`.${pin}(i[${inputWidth} +: ${width}])`);
      inputWidth += width;
    }
  }
  let outputWidth = 0;
  for (const [pin, width] of Object.entries(outputs)) {
    pins.push(`.${pin}(o[${outputWidth} +: ${width}])`);
    outputWidth += width;
  }
  const given = Object.entries(parameters).map(([key, value]) => `.${key}(${value})`);
  const settings = given.length === 0 ? "" : `#(${given.join(", ")}) `;
  return {
    name,
    inputs: inputWidth,
    outputs: outputWidth,
    body: `  \\${type} ${settings}u (${pins.join(", ")});\n`,
  };
}

export function moduleText({ name, inputs, outputs, body }: VerilogCase): string {
  return `module ${name}(input clk, input clk2, input [${Math.max(inputs, 1) - 1}:0] i, output [${outputs - 1}:0] o);\n${body}endmodule\n`;
}
