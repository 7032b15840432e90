import { InputError } from "../input-error.ts";

/** Where the DRAM begins, and where the last byte of 32-bit addresses lies. */
export const dramBase = 0x8000_0000;
const dramEnd = 2 ** 32;

/** Everything begins at a multiple of this many bytes: of a beat of the widest bus, and what programs ask for. */
const alignment = 256;

/** A tensor or a program in DRAM. */
export interface DramRegion {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

/** Gives out the DRAM from its beginning on. */
export class DramMap {
  readonly regions: DramRegion[] = [];
  private next = dramBase;

  /**
   * A region that overlaps no other.
   * @throws InputError where it does not fit
   */
  place(name: string, bytes: number): DramRegion {
    const region = { name, address: this.next, bytes };
    const end = this.next + bytes;
    if (end > dramEnd) throw new InputError(`${name} of ${bytes} bytes does not fit the DRAM; use smaller matrices`);
    this.next = Math.ceil(end / alignment) * alignment;
    this.regions.push(region);
    return region;
  }
}
