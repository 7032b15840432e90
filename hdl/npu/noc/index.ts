/** The network on chip: routers, links and network interfaces in a mesh. */
export { Ejector } from "./ejector.ts";
export {
  Channel,
  channelsOf,
  Flit,
  NocClass,
  NodeId,
  nocClasses,
  PackedFlit,
  ReceivedFlit,
  SentFlit,
  VcLevel,
  VcNumber,
} from "./flit.ts";
export { Injector } from "./injector.ts";
export { InputUnit } from "./input-unit.ts";
export { Link } from "./link.ts";
export { LinkActivity, Mesh } from "./mesh.ts";
export { NetworkInterface } from "./network-interface.ts";
export { type NocConfig, nocConfig, nodeId, nodeIds, zeroLoadLatency } from "./noc-config.ts";
export { PacketFraming } from "./packet-framing.ts";
export { type Port as NocPort, portCount as nocPortCount, ports as nocPorts } from "./ports.ts";
export { Route } from "./route.ts";
export { Router } from "./router.ts";
export { SwitchAllocator } from "./switch-allocator.ts";
export { VcAllocator } from "./vc-allocator.ts";
export { VirtualChannel } from "./virtual-channel.ts";
