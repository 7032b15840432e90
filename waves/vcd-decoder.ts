import { WaveError } from "./wave-error.ts";

/** Bits of the widest value that vcd-stream holds. */
export const widestDecoded = 4096 * 64;

/**
 * Takes one decoded change: the code, the number given as its time, and the value. Bits set in `unknown` are x where
 * the value's bit is 0, z where it is 1.
 */
export type DecodedChange = (code: string, time: number, value: bigint, unknown: bigint) => void;

/**
 * vcd-stream's parser, held to what it does well: whole lines of scalar and vector changes, times below 2^32 (it cuts
 * larger ones), pieces of at most 16 KiB (they pass through a 64 KiB stack), values of at most `widestDecoded` bits.
 */
export class VcdDecoder {
  private constructor(
    private readonly parse: (piece: Uint8Array) => void,
    private readonly listen: (listener: DecodedChange) => void,
  ) {}

  static async load(): Promise<VcdDecoder> {
    const { default: webVcdParser } = await import("vcd-stream/lib/web-vcd-parser.js");
    const { default: createVCD } = await import("vcd-stream/out/vcd.js");
    const parser = await webVcdParser(await createVCD());
    let listener: DecodedChange = () => {};
    parser.change.any((code, time, command, value, mask) => {
      if (value !== undefined && mask !== undefined) listener(code, Number(time), value, mask);
      else listener(code, Number(time), command === one || command > x ? 1n : 0n, command > one ? 1n : 0n);
    });
    // Writing past the stream's own queue keeps the decoding synchronous.
    const parse = (piece: Uint8Array) => parser._write(piece, "latin1", () => {});
    parse(Buffer.from("$enddefinitions $end\n"));
    return new VcdDecoder(parse, (next) => {
      listener = next;
    });
  }

  /**
   * Decodes lines of the form `#5`, `1!`, `b101 !`.
   * @param changes the number of changes among them
   * @throws WaveError if the parser does not report that many
   */
  decode(lines: Uint8Array, changes: number, onChange: DecodedChange): void {
    let seen = 0;
    this.listen((code, time, value, unknown) => {
      seen++;
      onChange(code, time, value, unknown);
    });
    for (let at = 0; at < lines.length; at += pieceBytes) this.parse(lines.subarray(at, at + pieceBytes));
    if (seen !== changes) throw new WaveError(`vcd-stream read ${seen} of ${changes} value changes`);
  }
}

const one = 15;
const x = 17;
const pieceBytes = 16_384;
