import { Bool, Bundle, flip, Stream, type Type, UInt } from "../lang/index.ts";
import { checkSize } from "../lib/size.ts";

/** The widths of an AXI4 port: Arm IHI 0022, chapters A2 and A3. */
export interface AxiConfig {
  /** Bytes of a beat: a power of two from 1 to 128. */
  readonly dataBytes: number;
  /** Bits of a byte's address, 13 to 64. */
  readonly addressBits: number;
  /** Bits of a transaction's id, 1 to 16. */
  readonly idBits: number;
}

/**
 * A complete and checked configuration. What is not said: 16 bytes a beat, 32 bits of address, 4 of id. Throws a
 * RangeError that names the number and its range.
 */
export function axiConfig(given: Partial<AxiConfig> = {}): AxiConfig {
  const { dataBytes = 16, addressBits = 32, idBits = 4 } = given;
  checkSize("the number of bytes of a bus beat", dataBytes, 1, 128);
  if (!Number.isInteger(Math.log2(dataBytes)))
    throw new RangeError(`the number of bytes of a bus beat is a power of two, not ${dataBytes}`);
  checkSize("the number of address bits of a bus", addressBits, 13, 64);
  checkSize("the number of id bits of a bus", idBits, 1, 16);
  return Object.freeze({ dataBytes, addressBits, idBits });
}

/** A burst may not cross an address that is a multiple of this (IHI 0022, A3.4.1). */
export const axiPage = 4096;

/** `resp` of a transfer that went well, that a subordinate refused, and that reached none. */
export const axiResponses = { okay: 0, subordinateError: 2, decodeError: 3 } as const;

/** The only kind of burst used here: addresses rise by a beat. */
export const incrementingBurst = 1;

/** Low bits of an address that say where in a beat it lies, 0 for beats of one byte; also the `size` of whole beats. */
export const laneBits = ({ dataBytes }: AxiConfig): number => Math.log2(dataBytes);

/** A burst of `len + 1` beats. `addr` is the first byte's address; later beats begin at multiples of a beat. */
export const AxiAddress = ({ addressBits, idBits }: AxiConfig) =>
  Bundle({ id: UInt(idBits), addr: UInt(addressBits), len: UInt(8), size: UInt(3), burst: UInt(2) });

/** A beat of a read: byte 0, at the lowest address, lowest. */
export const AxiReadData = ({ dataBytes, idBits }: AxiConfig) =>
  Bundle({ id: UInt(idBits), data: UInt(8 * dataBytes), resp: UInt(2), last: Bool });

/** A beat of a write: byte i is written where bit i of `strb` is 1. */
export const AxiWriteData = ({ dataBytes }: AxiConfig) =>
  Bundle({ data: UInt(8 * dataBytes), strb: UInt(dataBytes), last: Bool });

/** The answer to a whole write burst. */
export const AxiWriteResponse = ({ idBits }: AxiConfig) => Bundle({ id: UInt(idBits), resp: UInt(2) });

/** A ready/valid handshake that flows against the bundle that it is part of. */
export const Against = <T extends Type>(payload: T) => Bundle({ valid: flip(Bool), bits: flip(payload), ready: Bool });

/** The read channels. An output of this type is a manager's port, an input a subordinate's. */
export const AxiRead = (config: AxiConfig) =>
  Bundle({ ar: Stream(AxiAddress(config)), r: Against(AxiReadData(config)) });

/** The write channels. An output of this type is a manager's port, an input a subordinate's. */
export const AxiWrite = (config: AxiConfig) =>
  Bundle({
    aw: Stream(AxiAddress(config)),
    w: Stream(AxiWriteData(config)),
    b: Against(AxiWriteResponse(config)),
  });

/** Both ends of a handshake, as somebody who listens sees it. */
export const Handshake = <T extends Type>(payload: T) => Bundle({ valid: Bool, bits: payload, ready: Bool });
