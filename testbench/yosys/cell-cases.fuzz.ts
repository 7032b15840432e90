import { type CaseInput, CaseRandom, cellCase, type VerilogCase } from "./cell-case.fuzz.ts";
import { memoryCase } from "./memory-case.fuzz.ts";

const unary = ["not", "pos", "neg"];
const reductions = ["reduce_and", "reduce_or", "reduce_xor", "reduce_xnor", "reduce_bool", "logic_not"];
const binary = ["and", "or", "xor", "xnor", "add", "sub", "mul", "div", "mod", "divfloor", "modfloor", "pow"];
const compare = ["lt", "le", "eq", "ne", "eqx", "nex", "ge", "gt", "logic_and", "logic_or"];
const shifts = ["shl", "shr", "sshl", "sshr", "shift", "shiftx"];

/** One module for each word-level cell with random widths, signs, polarities and tables, `rounds` times. */
export function wordCells(seed: number, rounds: number): VerilogCase[] {
  const r = new CaseRandom(seed);
  const cases: VerilogCase[] = [];
  const add = (
    type: string,
    parameters: Readonly<Record<string, string | number>>,
    inputs: Readonly<Record<string, CaseInput>>,
    outputs: Readonly<Record<string, number>>,
  ) => cases.push(cellCase(`c${cases.length}`, `$${type}`, parameters, inputs, outputs));

  for (let round = 0; round < rounds; round++) {
    const widths = (type: string) => {
      const [A_WIDTH, B_WIDTH] = [r.whole(1, 12), r.whole(1, type.includes("sh") || type === "pow" ? 5 : 12)];
      const Y_WIDTH = compare.includes(type) || reductions.includes(type) ? r.whole(1, 3) : r.whole(1, 14);
      return { A_WIDTH, B_WIDTH, Y_WIDTH };
    };
    for (const type of [...unary, ...reductions]) {
      const { A_WIDTH, Y_WIDTH } = widths(type);
      add(type, { A_SIGNED: r.whole(0, 1), A_WIDTH, Y_WIDTH }, { A: A_WIDTH }, { Y: Y_WIDTH });
    }
    for (const type of [...binary, ...compare, ...shifts]) {
      const { A_WIDTH, B_WIDTH, Y_WIDTH } = widths(type);
      const sign = r.whole(0, 1);
      const A_SIGNED = type === "shiftx" ? 0 : sign;
      const B_SIGNED = type === "shift" || type === "shiftx" ? r.whole(0, 1) : shifts.includes(type) ? 0 : sign;
      add(type, { A_SIGNED, B_SIGNED, A_WIDTH, B_WIDTH, Y_WIDTH }, { A: A_WIDTH, B: B_WIDTH }, { Y: Y_WIDTH });
    }
    const [w, s] = [r.whole(1, 9), r.whole(1, 3)];
    const { A_WIDTH, B_WIDTH, Y_WIDTH } = widths("alu");
    const sign = r.whole(0, 1);
    add(
      "alu",
      { A_SIGNED: sign, B_SIGNED: sign, A_WIDTH, B_WIDTH, Y_WIDTH },
      { A: A_WIDTH, B: B_WIDTH, CI: 1, BI: 1 },
      { X: Y_WIDTH, Y: Y_WIDTH, CO: Y_WIDTH },
    );
    add("lcu", { WIDTH: w }, { P: w, G: w, CI: 1 }, { CO: w });
    add("fa", { WIDTH: w }, { A: w, B: w, C: w }, { X: w, Y: w });
    add("mux", { WIDTH: w }, { A: w, B: w, S: 1 }, { Y: w });
    add("pmux", { WIDTH: w, S_WIDTH: s }, { A: w, B: w * s, S: s }, { Y: w });
    add("bwmux", { WIDTH: w }, { A: w, B: w, S: w }, { Y: w });
    add("demux", { WIDTH: w, S_WIDTH: s }, { A: w, S: s }, { Y: w << s });
    add("slice", { OFFSET: 2, A_WIDTH: w + 3, Y_WIDTH: w }, { A: w + 3 }, { Y: w });
    add("concat", { A_WIDTH: w, B_WIDTH: s }, { A: w, B: s }, { Y: w + s });
    add("lut", { WIDTH: s, LUT: r.constant(1 << s) }, { A: s }, { Y: 1 });
    add("sop", { WIDTH: 3, DEPTH: s, TABLE: r.constant(6 * s) }, { A: 3 }, { Y: 1 });
    maccCase(r, add);
    for (const type of [
      "dff",
      "dffe",
      "sdff",
      "sdffe",
      "sdffce",
      "adff",
      "adffe",
      "aldff",
      "aldffe",
      "dffsr",
      "dffsre",
    ])
      registerCase(r, add, type);
    cases.push(memoryCase(`c${cases.length}`, r));
  }
  return cases;
}

type Add = (
  type: string,
  parameters: Readonly<Record<string, string | number>>,
  inputs: Readonly<Record<string, CaseInput>>,
  outputs: Readonly<Record<string, number>>,
) => void;

function maccCase(r: CaseRandom, add: Add): void {
  const products = Array.from({ length: r.whole(1, 3) }, () => [r.whole(1, 6), r.whole(0, 6)] as const);
  const number = (value: number, width: number) => value.toString(2).padStart(width, "0");
  const fields = products.map(([a, b]) => `${number(b, 3)}${number(a, 3)}${r.digits(2)}`);
  const config = [...fields].reverse().join("") + number(3, 4);
  const A_WIDTH = products.reduce((sum, [a, b]) => sum + a + b, 0);
  const [B_WIDTH, Y_WIDTH] = [r.whole(1, 3), r.whole(1, 14)];
  add(
    "macc",
    { A_WIDTH, B_WIDTH, Y_WIDTH, CONFIG: `${config.length}'b${config}`, CONFIG_WIDTH: config.length },
    { A: A_WIDTH, B: B_WIDTH },
    { Y: Y_WIDTH },
  );
}

function registerCase(r: CaseRandom, add: Add, type: string): void {
  const WIDTH = r.whole(1, 6);
  const polarity = () => r.whole(0, 1);
  const parameters: Record<string, string | number> = { WIDTH, CLK_POLARITY: polarity() };
  const inputs: Record<string, CaseInput> = { CLK: "clk", D: WIDTH };
  const pin = (port: string, width = 1) => {
    parameters[`${port}_POLARITY`] = polarity();
    inputs[port] = width;
  };
  if (/sdff/.test(type)) {
    pin("SRST");
    parameters.SRST_VALUE = r.constant(WIDTH);
  }
  if (/adff/.test(type)) {
    pin("ARST");
    parameters.ARST_VALUE = r.constant(WIDTH);
  }
  if (/aldff/.test(type)) {
    pin("ALOAD");
    // Yosys' model looks at AD when ALOAD rises, hardware and this importer as long as it is active.
    inputs.AD = { width: 0, expression: r.constant(WIDTH) };
  }
  if (/sr/.test(type)) {
    pin("SET", WIDTH);
    pin("CLR", WIDTH);
    const level = (pin: string) => ({ pin, high: parameters[`${pin}_POLARITY`] === 1 });
    Object.assign(inputs, setAndClear(r.whole(0, 2), WIDTH, level("SET"), level("CLR")));
  }
  if (/e$/.test(type)) pin("EN");
  add(type, parameters, inputs, { Q: WIDTH });
}

/**
 * Pins that set and clear: one of them for good inactive, or both at once. (Where one follows the other, Yosys' models,
 * which look at them as they rise, and hardware, which does as long as they are active, differ.)
 */
function setAndClear(
  mode: number,
  width: number,
  set: { readonly pin: string; readonly high: boolean },
  clear: { readonly pin: string; readonly high: boolean },
): Record<string, CaseInput> {
  const idle = (high: boolean) => ({ width: 0, expression: `{${width}{1'b${high ? 0 : 1}}}` });
  if (mode === 0) return { [set.pin]: width, [clear.pin]: idle(clear.high) };
  if (mode === 1) return { [set.pin]: idle(set.high), [clear.pin]: width };
  const both = `i[${width} +: ${width}]`;
  return { [set.pin]: width, [clear.pin]: { width: 0, expression: set.high === clear.high ? both : `~${both}` } };
}

/** One module for each gate and gate-level flip-flop. */
export function gateCells(): VerilogCase[] {
  const cases: VerilogCase[] = [];
  const add = (type: string, inputs: Readonly<Record<string, CaseInput>>, output = "Y") =>
    cases.push(cellCase(`g${cases.length}`, `$_${type}_`, {}, inputs, { [output]: 1 }));
  const pins = (names: string) => Object.fromEntries([...names].map((name) => [name, 1]));
  for (const type of ["BUF", "NOT"]) add(type, pins("A"));
  for (const type of ["AND", "NAND", "OR", "NOR", "XOR", "XNOR", "ANDNOT", "ORNOT"]) add(type, pins("AB"));
  for (const type of ["MUX", "NMUX"]) add(type, pins("ABS"));
  add("MUX4", pins("ABCDST"));
  add("MUX8", pins("ABCDEFGHSTU"));
  add("MUX16", pins("ABCDEFGHIJKLMNOPSTUV"));
  for (const type of ["AOI3", "OAI3"]) add(type, pins("ABC"));
  for (const type of ["AOI4", "OAI4"]) add(type, pins("ABCD"));
  const families: readonly (readonly [string, string, string])[] = [
    ["DFF", "p", ""],
    ["DFFE", "pp", "E"],
    ["DFF", "pp0", "R"],
    ["DFFE", "pp0p", "RE"],
    ["SDFF", "pp0", "R"],
    ["SDFFE", "pp0p", "RE"],
    ["SDFFCE", "pp0p", "RE"],
    ["ALDFF", "pp", "LA"],
    ["ALDFFE", "ppp", "LAE"],
    ["DFFSR", "ppp", "SR"],
    ["DFFSRE", "pppp", "SRE"],
  ];
  for (const [family, letters, extra] of families) {
    let names = [""];
    for (const letter of letters)
      names = names.flatMap((name) => (letter === "p" ? ["N", "P"] : ["0", "1"]).map((next) => name + next));
    const inputs: Record<string, CaseInput> = {};
    for (const letter of extra) inputs[letter === "A" ? "AD" : letter] = 1;
    if (extra.includes("A")) inputs.AD = { width: 0, expression: "1'b1" };
    for (const name of names) {
      const pins = { S: { pin: "S", high: name[1] === "P" }, R: { pin: "R", high: name[2] === "P" } };
      const clear = extra.startsWith("SR") ? setAndClear(cases.length % 3, 1, pins.S, pins.R) : {};
      add(`${family}_${name}`, { C: "clk", D: 1, ...inputs, ...clear }, "Q");
    }
  }
  return cases;
}
