import { Bool, Bundle, UInt } from "../../lang/index.ts";

/** Access of the host to 32 bits of a tile's window, at a byte that is a multiple of 4. */
export const CsrRequest = Bundle({ write: Bool, address: UInt(24), data: UInt(32) });

/** The answer: what was read, and an AXI response, `decodeError` where there is no register. */
export const CsrResponse = Bundle({ data: UInt(32), resp: UInt(2) });
