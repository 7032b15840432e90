import { readFileSync } from "node:fs";
import loadWabt from "wabt";

/** The text of `vcd-encoder-code.ts` for the kernel as vcd-encoder.wat has it. */
export async function assembleEncoder(): Promise<string> {
  const { parseWat } = await loadWabt();
  const source = readFileSync(new URL("vcd-encoder.wat", import.meta.url), "utf8");
  const module = parseWat("vcd-encoder.wat", source, { simd: true });
  try {
    module.resolveNames();
    module.validate();
    const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64");
    const lines = base64.match(/.{1,112}/g) ?? [];
    return `/** The bytes of vcd-encoder.wat, made by \`npm run assemble\`. */
export const vcdEncoderCode =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
  } finally {
    module.destroy();
  }
}
