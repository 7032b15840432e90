/** The chip: tiles on a network, and the host's way to them. */
export { Chip } from "./chip.ts";
export { HostPort } from "./host-port.ts";
