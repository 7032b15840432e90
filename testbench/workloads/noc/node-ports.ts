import type { NocConfig } from "../../../hdl/index.ts";
import { nocClasses } from "../../../hdl/npu/noc/flit.ts";
import type { Engine } from "../../../sim/index.ts";

/** The words of a tile's stream into the network. */
export interface SendWords {
  readonly ready: Uint32Array;
  readonly valid: Uint32Array;
  readonly payload: Uint32Array;
  readonly destination: Uint32Array;
  readonly mask: Uint32Array;
  readonly last: Uint32Array;
}

/** The words of a tile's stream out of the network. */
export interface ReceiveWords {
  readonly ready: Uint32Array;
  readonly valid: Uint32Array;
  readonly payload: Uint32Array;
  readonly source: Uint32Array;
  readonly last: Uint32Array;
}

/** Live views of the ports of a mesh's node, by class. After writing, call the engine's `touch`. */
export interface NodePorts {
  readonly send: readonly SendWords[];
  readonly receive: readonly ReceiveWords[];
}

/** The ports of all nodes of a simulated `Mesh`, row by row. */
export function meshPorts(engine: Engine, { width, height }: NocConfig): readonly NodePorts[] {
  return Array.from({ length: width * height }, (_, node) => ({
    send: nocClasses.map((_, kind) => {
      const path = `send[${node}][${kind}]`;
      return {
        ready: engine.signal(`${path}.ready`),
        valid: engine.input(`${path}.valid`),
        payload: engine.input(`${path}.bits.payload`),
        destination: engine.input(`${path}.bits.destination`),
        mask: engine.input(`${path}.bits.mask`),
        last: engine.input(`${path}.bits.last`),
      };
    }),
    receive: nocClasses.map((_, kind) => {
      const path = `receive[${node}][${kind}]`;
      return {
        ready: engine.input(`${path}.ready`),
        valid: engine.signal(`${path}.valid`),
        payload: engine.signal(`${path}.bits.payload`),
        source: engine.signal(`${path}.bits.source`),
        last: engine.signal(`${path}.bits.last`),
      };
    }),
  }));
}
