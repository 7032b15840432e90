import { CaseRandom, type VerilogCase } from "./cell-case.fuzz.ts";

const operators = [
  "+",
  "-",
  "*",
  "&",
  "|",
  "^",
  "~^",
  "<<",
  ">>",
  "<<<",
  ">>>",
  "<",
  "<=",
  "==",
  "!=",
  ">=",
  ">",
  "&&",
  "||",
];
const prefixes = ["~", "-", "!", "&", "|", "^", "~&", "~|", "~^", "+"];

/** Modules of one assignment each: random expressions over operands of random widths and signs. */
export function expressionCases(seed: number, count: number): VerilogCase[] {
  const r = new CaseRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const widths = Array.from({ length: r.whole(2, 4) }, () => r.whole(1, 20));
    let at = 0;
    const operands = widths.map((width, n) => {
      const text = `  wire ${r.flag() ? "signed " : ""}[${width - 1}:0] v${n} = i[${at} +: ${width}];\n`;
      at += width;
      return text;
    });
    const outputs = r.whole(1, 24);
    const leaf = (): string => {
      const n = r.whole(0, widths.length - 1);
      if (r.whole(0, 4) === 0) return `${r.whole(1, 8)}'${r.flag() ? "s" : ""}d${r.whole(0, 1)}`;
      if (r.whole(0, 4) === 0) return `v${n}[v${r.whole(0, widths.length - 1)} +: ${r.whole(1, 4)}]`;
      return `v${n}`;
    };
    const expression = (depth: number): string => {
      if (depth === 0) return leaf();
      const pick = r.whole(0, 9);
      if (pick === 0) return `(${prefixes[r.whole(0, prefixes.length - 1)]}${expression(depth - 1)})`;
      if (pick === 1) return `(${expression(depth - 1)} ? ${expression(depth - 1)} : ${expression(depth - 1)})`;
      if (pick === 2) return `{${expression(depth - 1)}, ${expression(depth - 1)}}`;
      if (pick === 3) return `(${leaf()} ${r.flag() ? "/" : "%"} ${leaf()})`;
      if (pick === 4) return `$signed(${expression(depth - 1)})`;
      const operator = operators[r.whole(0, operators.length - 1)];
      const right = operator?.includes("<<") || operator?.includes(">>") ? leaf() : expression(depth - 1);
      return `(${expression(depth - 1)} ${operator} ${right})`;
    };
    const body = `${operands.join("")}  assign o = ${expression(r.whole(1, 3))};\n`;
    return { name: `e${index}`, inputs: at, outputs, body };
  });
}

/** Registers, state machines and memories as designers write them. All state has an initial value. */
export const idiomCases: readonly VerilogCase[] = [
  {
    name: "counters",
    inputs: 4,
    outputs: 16,
    body: `  reg [7:0] up = 3, down = 0;
  always @(posedge clk) if (i[0]) up <= 0; else if (i[1]) up <= up + 1;
  always @(negedge clk) if (i[1]) down <= i[0] ? 8'd200 : down - i[3:2];
  assign o = {up, down};
`,
  },
  {
    name: "async_resets",
    inputs: 6,
    outputs: 12,
    body: `  reg [3:0] a = 0, b = 6, c = 1;
  always @(posedge clk or posedge i[0]) if (i[0]) a <= 9; else a <= a + i[3:2];
  always @(posedge clk or negedge i[1]) if (!i[1]) b <= 6; else if (i[2]) b <= b ^ i[5:2];
  always @(negedge clk or posedge i[0]) if (i[0]) c <= 2; else c <= {c[2:0], i[3]};
  assign o = {a, b, c};
`,
  },
  {
    name: "machine",
    inputs: 5,
    outputs: 9,
    body: `  localparam IDLE = 3'd0, LOAD = 3'd1, RUN = 3'd4, STOP = 3'd6;
  reg [2:0] state = IDLE;
  reg [5:0] count = 0;
  always @(posedge clk) begin
    count <= count + 1;
    case (state)
      IDLE: if (i[0]) state <= LOAD;
      LOAD: begin count <= {i, 1'b1}; state <= RUN; end
      RUN: casez ({count[1:0], i[1:0]})
        4'b11??: state <= STOP;
        4'b0?01, 4'b1?11: state <= LOAD;
        default: state <= RUN;
      endcase
      STOP: if (i[4]) state <= IDLE;
      default: state <= IDLE;
    endcase
  end
  assign o = {state, count};
`,
  },
  {
    name: "masked_memory",
    inputs: 27,
    outputs: 32,
    body: `  reg [15:0] words [0:7];
  reg [15:0] earlier = 0;
  integer n;
  initial for (n = 0; n < 8; n = n + 1) words[n] = n * 16'h1357;
  always @(posedge clk) begin
    if (i[0]) words[i[5:3]][7:0] <= i[18:11];
    if (i[1]) words[i[5:3]][15:8] <= i[26:19];
    earlier <= words[i[8:6]];
  end
  assign o = {earlier, words[i[10:8]]};
`,
  },
  {
    name: "write_first",
    inputs: 15,
    outputs: 8,
    body: `  reg [7:0] words [0:15];
  reg [3:0] address = 0;
  integer n;
  initial for (n = 0; n < 16; n = n + 1) words[n] = ~n;
  always @(posedge clk) begin
    if (i[0]) words[i[4:1]] <= i[14:7];
    if (i[5]) address <= i[4:1];
  end
  assign o = words[address];
`,
  },
  {
    name: "two_writers",
    inputs: 23,
    outputs: 16,
    body: `  reg [7:0] words [2:11];
  reg [7:0] out = 8'hee;
  integer n;
  initial for (n = 2; n < 12; n = n + 1) words[n] = n;
  wire [3:0] a = (i[3:0] % 10) + 2, b = (i[7:4] % 10) + 2;
  always @(posedge clk) begin
    if (i[20]) words[a] <= i[15:8];
    if (i[21]) words[b] <= i[15:8] ^ 8'h55;
    if (i[22]) out <= 0; else out <= words[a];
  end
  assign o = {out, words[b]};
`,
  },
  {
    name: "two_clocks",
    inputs: 14,
    outputs: 16,
    body: `  reg [3:0] words [0:15];
  reg [3:0] wr = 0, rd = 0, seen = 0, one = 0, two = 0;
  integer n;
  initial for (n = 0; n < 16; n = n + 1) words[n] = n + 1;
  always @(posedge clk2) if (i[0]) begin words[wr] <= i[4:1]; wr <= wr + 1; end
  always @(posedge clk) begin one <= wr; two <= one; if (i[5] && two != rd) begin seen <= words[rd]; rd <= rd + 1; end end
  assign o = {wr, rd, seen, two};
`,
  },
  {
    name: "partly_driven",
    inputs: 8,
    outputs: 20,
    body: `  reg [9:0] shift = 10'h155;
  reg [4:0] bits = 0;
  always @(posedge clk) begin
    shift <= {shift[8:0], ^{shift, i[0]}};
    bits[i[3:1] % 5] <= i[4];
    if (i[7:5] == 3) bits[2:1] <= 2'b10;
  end
  assign o = {shift[9:3], 3'b101, shift[2:0], bits, 2'b01};
`,
  },
  {
    name: "powers",
    inputs: 9,
    outputs: 40,
    body: `  wire signed [4:0] a = i[4:0];
  wire [3:0] b = i[8:5];
  assign o = {b ** 3, a ** 2, 8'd2 ** b, {2'b0, b} ** b, {4'b0, b} << a[1:0]};
`,
  },
];
