import type { CaseRandom, VerilogCase } from "./cell-case.fuzz.ts";

/** A `$mem_v2` cell with random ports, clocks, masks, resets, offset and contents. */
export function memoryCase(name: string, r: CaseRandom): VerilogCase {
  const [width, abits] = [r.whole(1, 6), r.whole(2, 4)];
  const size = r.flag() ? 2 ** abits : r.whole(2, 2 ** abits);
  const offset = r.whole(0, 3) === 0 ? r.whole(0, 3) : 0;
  const [reads, writes] = [r.whole(1, 3), r.whole(1, 3)];
  const readClocks = Array.from({ length: reads }, () => r.whole(0, 2));
  const writeClocks = Array.from({ length: writes }, () => r.whole(1, 2));
  const rising = r.whole(0, 1);
  const vector = (bits: readonly (number | boolean)[]) =>
    bits.length === 0 ? "1'b0" : `${bits.length}'b${[...bits].reverse().map(Number).join("")}`;
  const clockOf = (kind: number) => (kind === 2 ? "clk2" : "clk");
  // The second clock has no falling edge of its own in the comparison.
  const polarity = (kind: number) => (kind === 2 ? 1 : rising);
  const style = r.whole(0, 2);
  const transparency = readClocks.flatMap((read) =>
    writeClocks.map((write) => read === write && (style === 0 ? false : style === 1 ? true : r.flag())),
  );
  const resets = r.flag();
  const perRead = (undefinedToo: boolean) =>
    undefinedToo ? `${reads * width}'b${"x".repeat(reads * width)}` : r.constant(reads * width);

  const parameters: Record<string, string | number> = {
    MEMID: '"\\\\storage"',
    SIZE: size,
    OFFSET: offset,
    ABITS: abits,
    WIDTH: width,
    INIT: r.constant(size * width, r.flag()),
    RD_PORTS: reads,
    RD_CLK_ENABLE: vector(readClocks.map((kind) => kind > 0)),
    RD_CLK_POLARITY: vector(readClocks.map(polarity)),
    RD_TRANSPARENCY_MASK: vector(transparency),
    RD_COLLISION_X_MASK: vector(transparency.map(() => 0)),
    RD_WIDE_CONTINUATION: vector(readClocks.map(() => 0)),
    RD_CE_OVER_SRST: vector(readClocks.map(() => r.flag())),
    RD_ARST_VALUE: perRead(!resets),
    RD_SRST_VALUE: perRead(!resets),
    RD_INIT_VALUE: perRead(r.flag()),
    WR_PORTS: writes,
    WR_CLK_ENABLE: vector(writeClocks.map(() => 1)),
    WR_CLK_POLARITY: vector(writeClocks.map(polarity)),
    WR_PRIORITY_MASK: vector(writeClocks.flatMap((_, high) => writeClocks.map((__, low) => low < high))),
    WR_WIDE_CONTINUATION: vector(writeClocks.map(() => 0)),
  };
  let at = 0;
  const take = (count: number): string => {
    const text = `i[${at} +: ${count}]`;
    at += count;
    return text;
  };
  const list = (parts: readonly string[]) => (parts.length === 0 ? "1'b0" : `{${[...parts].reverse().join(", ")}}`);
  const zeros = `${reads}'b0`;
  const pins: Record<string, string> = {
    RD_CLK: list(readClocks.map((kind) => (kind === 0 ? "1'b0" : clockOf(kind)))),
    RD_EN: list(readClocks.map((kind) => (kind === 0 ? "1'b1" : take(1)))),
    RD_ARST: resets ? list(readClocks.map((kind) => (kind === 0 ? "1'b0" : take(1)))) : zeros,
    RD_SRST: resets ? list(readClocks.map((kind) => (kind === 0 ? "1'b0" : take(1)))) : zeros,
    RD_ADDR: take(reads * abits),
    RD_DATA: "o",
    WR_CLK: list(writeClocks.map(clockOf)),
    // Enables of a whole word, of two parts, or of single bits.
    WR_EN: list(
      writeClocks.map(() => {
        const parts = width % 2 === 0 ? r.whole(0, 2) : 2 * r.whole(0, 1);
        if (parts === 0) return `{${width}{${take(1)}}}`;
        return parts === 1 ? `{{${width / 2}{${take(1)}}}, {${width / 2}{${take(1)}}}}` : take(width);
      }),
    ),
    WR_ADDR: take(writes * abits),
    WR_DATA: take(writes * width),
  };
  const settings = Object.entries(parameters).map(([key, value]) => `.${key}(${value})`);
  const connections = Object.entries(pins).map(([key, value]) => `.${key}(${value})`);
  const body = `  \\$mem_v2 #(${settings.join(", ")}) u (${connections.join(", ")});\n`;
  return { name, inputs: at, outputs: reads * width, body };
}
