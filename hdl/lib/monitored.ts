import type { Bool } from "../lang/index.ts";

/** A ready/valid handshake with its item, as a monitor sees it: both wires are inputs. */
export interface Monitored<Bits = unknown> {
  readonly valid: Bool;
  readonly ready: Bool;
  readonly bits: Bits;
}

/** Whether an item is handed over in this cycle. */
export const transfers = ({ valid, ready }: Monitored): Bool => valid.and(ready);
