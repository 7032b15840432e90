import { Bool, Bundle, UInt } from "../../lang/index.ts";

/** What something that is under way in a data mover waits for in this cycle. */
export const MoverWaits = Bundle({
  /** For the bus: data of a read, room for data of a write, or the answer to one. */
  bus: Bool,
  /** For a local memory, which serves somebody else. */
  memory: Bool,
  /** For the network: a grant, room for flits, or flits. */
  network: Bool,
});

/** Bytes that move in a cycle. */
export const MovedBytes = UInt(8);
