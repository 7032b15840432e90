import { writeFileSync } from "node:fs";
import { assembleEncoder } from "../../waves/vcd-encoder-assembly.fuzz.ts";

writeFileSync(new URL("../../waves/vcd-encoder-code.ts", import.meta.url), await assembleEncoder());
