/** The ports of a router in the order in which a packet that forks takes them: x before y, the tile last. */
export const ports = ["East", "West", "North", "South", "Local"] as const;

/** One of the five directions; north is towards row 0. */
export type Port = (typeof ports)[number];

export const portCount = ports.length;

/** Where the link that leaves by a port arrives. */
export const opposite: Readonly<Record<Port, Port>> = {
  East: "West",
  West: "East",
  North: "South",
  South: "North",
  Local: "Local",
};

const alongX: readonly Port[] = ["North", "South", "Local"];

/** The ports by which a flit that came in by one may leave in XY order: on in its direction, or from x to y, or out. */
const onwards: Readonly<Record<Port, readonly Port[]>> = {
  East: ["West", ...alongX],
  West: ["East", ...alongX],
  North: ["South", "Local"],
  South: ["North", "Local"],
  Local: ports,
};

/** The ports that `from` leads to, as bits in the order of `ports`. */
export function turns(from: Port): number {
  return ports.reduce((bits, port, i) => bits | (onwards[from].includes(port) ? 1 << i : 0), 0);
}
