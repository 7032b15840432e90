import { Bundle, Stream, UInt } from "../lang/index.ts";
import { Against } from "./axi.ts";

/**
 * All channels of an AXI4-Lite port of 32 bits of address and of data: Arm IHI 0022, chapter B1. An input of this type is
 * a subordinate's port, an output a manager's.
 */
export const AxiLite = Bundle({
  ar: Stream(Bundle({ addr: UInt(32) })),
  r: Against(Bundle({ data: UInt(32), resp: UInt(2) })),
  aw: Stream(Bundle({ addr: UInt(32) })),
  w: Stream(Bundle({ data: UInt(32), strb: UInt(4) })),
  b: Against(Bundle({ resp: UInt(2) })),
});
